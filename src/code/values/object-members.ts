import { propertyName } from '../module.js';
import { ts } from '../ts.js';
import { undefinedValue, type Value } from '../value.js';
import type { Values } from '../values.js';
import { isIdle } from './idle.js';

type ObjectValue = Extract<Value, { is: 'object' }>;
type NamedProperty = Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>;

/** What `object.name` may stand for: the last property of that name, what is spread behind it, what is assigned later. */
export function objectProperty(values: Values, object: ObjectValue, name: string, node: ts.Node): readonly Value[] {
  const found: Value[] = [];
  let isSure = false;
  for (const property of [...object.node.properties].reverse()) {
    if (ts.isSpreadAssignment(property)) {
      const spread = spreadProperty(values, property, object, name, node);
      const present = spread.filter(value => !(value.is === 'literal' && value.value === undefined && !value.node));
      found.push(...present);
      isSure = present.length > 0 && present.length === spread.length && present.every(value => value.is !== 'unclear');
    } else if (isNamed(values, property, object, name)) {
      found.push(...namedProperty(values, property, object));
      isSure = true;
    }
    if (isSure) break;
  }
  for (const write of values.program.moduleOf(object.node).propertyWrites.get(name) ?? []) {
    if (isIdle(values, write.right)) continue;
    if (values.of(write.target.expression).some(value => value.is === 'object' && value.node === object.node)) {
      found.push(...values.of(write.right));
      isSure = true;
    }
  }
  return isSure && found.length ? found : [...found, undefinedValue];
}

function spreadProperty(
  values: Values,
  { expression }: ts.SpreadAssignment,
  { env }: ObjectValue,
  name: string,
  node: ts.Node,
): readonly Value[] {
  return values
    .of(expression, env)
    .flatMap(value =>
      value.is === 'literal' || value.is === 'env' || (value.is === 'unclear' && value.free)
        ? [undefinedValue]
        : values.property(value, name, node),
    );
}

function isNamed(values: Values, property: NamedProperty, { env }: ObjectValue, name: string): boolean {
  const key = propertyName(property.name);
  if (key !== undefined || !ts.isComputedPropertyName(property.name)) return key === name;
  const computed = values.one(property.name.expression, env);
  return computed?.is === 'literal' && String(computed.value) === name;
}

function namedProperty(values: Values, property: NamedProperty, object: ObjectValue): readonly Value[] {
  if (ts.isPropertyAssignment(property)) return values.of(property.initializer, object.env);
  if (ts.isShorthandPropertyAssignment(property)) return values.of(property.name, object.env);
  if (ts.isMethodDeclaration(property)) return [{ is: 'function', node: property, env: object.env, self: object }];
  return ts.isGetAccessorDeclaration(property) ? values.returnsOf(property, object.env) : [];
}
