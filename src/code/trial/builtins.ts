import type { ts } from '../ts.js';
import { boxMethod } from './boxes.js';
import { isArr, isBox, isClosure, isErr, isNative, isRegex, isUrl, native, type V } from './domain.js';
import { listMethod } from './lists.js';
import type { Machine } from './machine.js';
import { regexMethod } from './patterns.js';
import { textMethod } from './texts.js';
import { urlMember } from './urls.js';

/** A property or method of a text, list, set, pattern or URL. */
export function methodOf(machine: Machine, of: V, name: string, node: ts.Node): V {
  if (typeof of === 'string') return textMethod(machine, of, name);
  if (isArr(of)) return listMethod(machine, of, name);
  if (isBox(of)) return boxMethod(machine, of, name);
  if (isRegex(of)) return regexMethod(machine, of, name);
  if (isUrl(of)) return urlMember(of, name, node);
  if (typeof of === 'number' || typeof of === 'boolean' || typeof of === 'bigint') {
    if (name === 'toString' || name === 'toFixed') return native(() => String(of));
    return undefined;
  }
  if (isClosure(of) || isNative(of) || isErr(of)) return undefined;
  return undefined;
}
