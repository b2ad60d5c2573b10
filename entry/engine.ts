/** Where rules and engine meet: what the command line loads, and what the library hands on. The build leaves `extract` to `extraction.ts`. */
export { rules } from '../rules/index.js';
export { openFactCache } from '../src/cache/facts.js';
export { render } from '../src/cli/formats.js';
export * from '../src/index.js';
export { badges } from '../src/report/badge.js';
export { doorMap } from '../src/report/door-map.js';
export { triedData, triedText } from '../src/report/tried.js';
export { baselineText, updatedBaseline } from '../src/settle/baseline.js';
