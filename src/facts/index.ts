export type * from './decision.js';
export type * from './doors.js';
export type * from './facts.js';
export type * from './ignores.js';
export type * from './limits.js';
export type { Location, Step } from './location.js';
export { comparePlaces, placeOf } from './location.js';
export type * from './setting.js';
export type * from './subjects.js';
