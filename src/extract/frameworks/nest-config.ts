import { isObj, unknown } from '../../code/trial/domain.js';
import { keyOf } from '../../code/trial/keys.js';
import type { CallModel } from '../../code/trial/library.js';

/** A variable, unset as shipped; what is named below a namespace is the operator's affair. */
const configured: CallModel = (machine, [name, fallback], node) => {
  const isVariable = typeof name === 'string' && /^[A-Z][A-Z0-9_]*$/.test(name);
  if (!isVariable) return unknown('config', 'the configuration', `config:${keyOf(name)}`, node);
  return machine.variableOf(name, node) ?? (isObj(fallback) ? undefined : fallback);
};

/** The server does not start without it. */
const demanded: CallModel = (_machine, [name], node) =>
  unknown('secret', `the configuration ${keyOf(name)}`, `config:${keyOf(name)}`, node, true);

/** `ConfigService` of @nestjs/config: https://docs.nestjs.com/techniques/configuration#using-the-configservice */
export const settings: Readonly<Record<string, CallModel>> = {
  '@nestjs/config :ConfigService#get': configured,
  '@nestjs/config :ConfigService#getOrThrow': demanded,
};
