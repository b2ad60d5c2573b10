import type { Transformation } from '../transformation.js';
import { inOneLine, reprinted } from './layout.js';
import { compiledToCommonJs, stripped, writtenAsCommonJs } from './modules.js';
import { helpersMoved, wrapped } from './places.js';
import { renamed } from './rename.js';
import {
  argumentsNamed,
  arrowsWithBlocks,
  braced,
  conditionsNamed,
  destructuringUndone,
  elseAfterReturn,
  functionsAsArrows,
  sidesSwapped,
  templatesAsSums,
} from './syntax.js';

/** Every rewriting that must leave the verdicts as they are. */
export const transformations: readonly Transformation[] = [
  renamed,
  reprinted,
  inOneLine,
  stripped,
  compiledToCommonJs,
  writtenAsCommonJs,
  helpersMoved,
  wrapped,
  argumentsNamed,
  functionsAsArrows,
  arrowsWithBlocks,
  conditionsNamed,
  elseAfterReturn,
  braced,
  destructuringUndone,
  sidesSwapped,
  templatesAsSums,
];
