import { isFunctionNode } from '../module.js';
import { ts } from '../ts.js';

/** Whether a place runs while requests are served: inside a function with a request or response among its parameters. */
export function isLive(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (
      isFunctionNode(at) &&
      at.parameters.some(
        parameter =>
          ts.isIdentifier(parameter.name) &&
          /^_?(req|request|res|response|socket|ws|ctx|c|context|message|msg|data|next|reply|sessionId|sid)$/.test(
            parameter.name.text,
          ),
      )
    )
      return true;
    if (ts.isMethodDeclaration(at) && /^(on|handle)[A-Z]/.test(at.name.getText())) return true;
  }
  return false;
}
