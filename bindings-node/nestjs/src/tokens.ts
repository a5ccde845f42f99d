// How engines are named among providers.

import { Inject } from '@nestjs/common';
import { Engine } from 'earnest';

/** The token of an engine: the class `Engine` for the one without a name. */
export function getEarnestToken(name?: string): typeof Engine | string {
  return name === undefined || name === 'default' ? Engine : `earnest:engine:${name}`;
}

/** Injects an engine. */
export function InjectEarnest(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getEarnestToken(name));
}

/** The token of how an engine is opened. */
export function optionsToken(name?: string): string {
  return `earnest:options:${name ?? 'default'}`;
}

/** The token of how requests are given an id. */
export const CORRELATION = 'earnest:correlation';
