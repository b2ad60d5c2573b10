import type { Code, Given } from '../../code/code.js';
import type { Thing } from '../../code/value.js';
import type { Registration, Surface } from '../surface.js';

/** Adds a registration; when it runs, and whether it surely does, is read off its call. */
export function register(code: Code, surface: Surface, given: Omit<Registration, 'stamp' | 'certain'>): Registration {
  const { call } = given;
  const registration = { ...given, stamp: code.stampOf(call), certain: code.conditionsOf(call).length === 0 };
  surface.registrations.push(registration);
  return registration;
}

/** Texts, lists opened, such as paths and methods: undefined for what cannot be read, none where functions were given. */
export function textsOf(code: Code, given: Given): (string | undefined)[] {
  const values = code.flattened(given).flatMap(each => each.values);
  if (values.some(value => value.is === 'function' || value.is === 'thing')) return [];
  return values
    .filter(value => !(value.is === 'literal' && value.value === undefined))
    .map(value => (value.is === 'literal' && typeof value.value === 'string' ? value.value : undefined));
}

/** The apps among what was given that are handed on by their `fetch`: `{ fetch: app.fetch }`. */
export function fetchedApps({ values }: Given): Thing[] {
  return values.flatMap(value =>
    value.is === 'member' && value.name === 'fetch' && value.of.is === 'thing' ? [value.of] : [],
  );
}
