// Every refusal, each code a class of its own.

export * from './generated/errors';
export { EarnestError, type WireError } from './error';
