/** The rules without the means to ask them: what `explain` and `rules` load. */
export { rules } from '../rules/index.js';
export { explained, listed } from '../src/report/catalogue.js';
export { suggestion } from '../src/settle/suggestion.js';
