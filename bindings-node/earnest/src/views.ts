// Everything that operations answer.

export * from './generated/views';
