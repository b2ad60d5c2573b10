import type { Code, Given, MethodCall } from '../../code/code.js';
import type { Setting } from '../../facts/index.js';
import type { Framework } from '../framework.js';
import type { SelfServed, ServedGate, Surface } from '../surface.js';
import { isOlder } from '../versions.js';
import { constructedWith, isGiven, pathOption, textOr, textsIn, writtenAt } from './self-served.js';

const localhost = ['localhost', '127.0.0.1', '[::1]'];
const made = /^(mcp-use(\/server)?|@mcp-use\/server) (new MCPServer|createMCPServer\(\))$/;

/**
 * mcp-use's server: https://github.com/mcp-use/mcp-use (libraries/typescript/packages/server/src/{config,server}.ts)
 *
 * - `new MCPServer({ host, allowedHosts, allowedOrigins, cors, oauth }).listen(port)`, in version 1 also
 *   `createMCPServer(name, options)`. It listens on this machine only (127.0.0.1; `localhost` in version 1) unless told.
 * - Version 2 refuses a foreign Host when it listens on this machine, and other hosts than `allowedHosts`; Origins only
 *   with `allowedOrigins`. Version 1 holds the Host against the names in `allowedOrigins`, if there are any.
 * - Version 1 answers every origin with `*`; version 2 sends the Origin back, and only if there is a `cors` option.
 * - Without `oauth` nobody has to bring anything.
 */
export const mcpUse: Framework = {
  id: 'mcp-use',
  words: ["'mcp-use", '"mcp-use', "'@mcp-use/", '"@mcp-use/'],
  read(code, surface) {
    for (const call of code.methodCalls(['listen'])) {
      if (made.test(call.receiver.made)) readServer(code, surface, call);
    }
  },
};

function readServer(code: Code, surface: Surface, call: MethodCall): void {
  const { receiver } = call;
  const isFirst = isOlder(code, 'mcp-use', call.node, [2]) || receiver.made.endsWith('createMCPServer()');
  const options = constructedWith(code, receiver, receiver.made.endsWith('()') ? 1 : 0);
  const given = [code.option(code.argument(call, 0), 'host'), code.option(code.argument(call, 1), 'host')];
  const host = code.setting(given.find(isGiven) ?? code.option(options, 'host'), textOr, {
    value: isFirst ? 'localhost' : '127.0.0.1',
    because: `mcp-use listens on ${isFirst ? 'localhost' : '127.0.0.1'} unless \`host\` is given`,
  });
  surface.listenings.push({ on: receiver, via: 'mcp-use', host, call, probe: false });
  surface.served.push({
    thing: receiver,
    via: 'mcp-use',
    at: receiver.site,
    call,
    host,
    ways: [
      {
        method: '*',
        path: pathOption(code, code.option(options, 'basePath'), '/mcp'),
        transport: 'streamable-http',
        gates: [...checksOf(code, options, host, isFirst), ...oauthOf(code, options)],
      },
    ],
    cors: corsOf(code, options, isFirst),
  });
}

function checksOf(code: Code, options: Given, host: Setting<string>, isFirst: boolean): ServedGate[] {
  const hosts = code.option(options, 'allowedHosts');
  const origins = code.option(options, 'allowedOrigins');
  if (isFirst)
    return isGiven(origins) ? [allow('host', origins, textsIn(code, origins)?.map(hostnameIn), 'allowedOrigins')] : [];
  const isLocal = host.is !== 'unclear' && /^(127\.0\.0\.1|localhost|::1)$/.test(host.value);
  const extended = (given: Given) => {
    const texts = textsIn(code, given);
    return texts && [...localhost, ...texts];
  };
  return [
    ...(isGiven(hosts)
      ? [allow('host', hosts, extended(hosts), 'allowedHosts')]
      : isLocal
        ? [allow('host', options, localhost, 'host validation')]
        : []),
    ...(isGiven(origins) ? [allow('origin', origins, extended(origins), 'allowedOrigins')] : []),
  ];
}

function allow(header: 'host' | 'origin', given: Given, list: readonly string[] | undefined, name: string): ServedGate {
  const absent = header === 'host' ? 'refused' : 'passes';
  return { gate: { is: 'allow', header, compares: 'hostname', list, absent }, at: writtenAt(given), name };
}

function hostnameIn(text: string): string {
  return text.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '');
}

function oauthOf(code: Code, options: Given): ServedGate[] {
  const oauth = code.option(options, 'oauth');
  return isGiven(oauth)
    ? [{ gate: { is: 'secret', carrier: 'authorization-header' }, at: writtenAt(oauth), name: 'oauth' }]
    : [];
}

function corsOf(code: Code, options: Given, isFirst: boolean): SelfServed['cors'] {
  const cors = code.option(options, 'cors');
  if (!isFirst && !isGiven(cors)) return undefined;
  return {
    origin: code.option(cors, 'origin'),
    silent: isFirst ? '*' : 'reflects',
    credentials: code.setting(
      code.option(cors, 'credentials'),
      value => (typeof value === 'boolean' ? value : undefined),
      { value: false, because: 'mcp-use sends no Access-Control-Allow-Credentials unless told to' },
    ),
    because: isFirst
      ? 'mcp-use answers every origin with `*` unless `cors` says otherwise'
      : 'mcp-use sends the Origin of the request back unless `cors.origin` is given',
  };
}
