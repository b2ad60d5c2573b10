import { isFunctionNode } from '../module.js';
import { ts } from '../ts.js';
import type { Machine } from './machine.js';

const names = /^_?(req|request|res|response|socket|ws|ctx|c|context|message|msg|data|next|reply|sessionId|sid)$/;
const types = /\b\w*(Request|IncomingMessage|Response|FastifyReply|Context|WebSocket|Socket)\b/;

/** Whether a place runs while requests are served: inside a function that is given a request, or what comes with one. */
export function isLive(machine: Machine, node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunctionNode(at) && at.parameters.some(parameter => isOfRequest(machine, parameter))) return true;
    if (ts.isMethodDeclaration(at) && /^(on|handle)[A-Z]/.test(at.name.getText())) return true;
  }
  return false;
}

function isOfRequest({ values }: Machine, parameter: ts.ParameterDeclaration): boolean {
  if (values.roleOf(parameter)) return true;
  if (parameter.type && types.test(parameter.type.getText())) return true;
  return ts.isIdentifier(parameter.name) && names.test(parameter.name.text);
}
