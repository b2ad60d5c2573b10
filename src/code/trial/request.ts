import type { CredentialCarrier } from '../../facts/index.js';
import { isAttackers, type World } from '../candidates.js';
import type { ts } from '../ts.js';
import { credentialName } from './credentials.js';
import { isClosure, isObj, isPrimitive, isUnknown, native, type Obj, objectOf, unknown, type V } from './domain.js';
import type { Inquiry } from './inquiry.js';
import { keyOf } from './keys.js';
import type { Machine } from './machine.js';

/** One request as it is tried: the world it comes from, and what else is fixed about it. */
export interface RequestFacts {
  readonly world: World;
  /** `all`: every credential the server may ask for is there and right; `none`: the client brings none. */
  readonly credentials: 'all' | 'none';
  readonly method: string;
  /** The door's own path, so that routers need not be guessed at; undefined when no path decides. */
  readonly path: string | undefined;
  /** Which moment refuses: an HTTP answer, the end of the upgrade socket, the close of an accepted WebSocket. */
  readonly stage: 'http' | 'upgrade' | 'connection';
}

/** Headers that a client writes as it likes, and that no credential travels in. */
const plainHeaders =
  /^(mcp-session-id|mcp-protocol-version|mcp-method|mcp-name|last-event-id|accept|accept-.*|content-type|content-length|user-agent|referer|connection|sec-websocket-key|sec-websocket-version|sec-websocket-extensions|cache-control|range|if-.*|x-request-id|x-correlation-id|x-forwarded-.*|forwarded|x-real-ip|cf-.*|transfer-encoding|traceparent|tracestate|sec-ch-.*|dnt|te|pragma|via|from)$/;

/** The request on trial, its response and socket, as the user's code meets them: what is fixed, free, secret, and what acts. */
export class Request {
  readonly #own = new Set<Obj>();
  /** Where data left for the client before the connection was refused. */
  servedAt: ts.Node | undefined;
  #status = 200;
  /** Where each fetch-style `Response` was made. */
  readonly #made = new WeakMap<Obj, ts.Node>();
  /** Listeners for messages, with the arguments that they get for one. */
  readonly messageListeners: {
    readonly node: ts.Node;
    readonly listener: V;
    readonly argumentsOf: (data: V) => V[];
  }[] = [];
  /** What the call that accepted the socket was given. */
  accepted: readonly V[] = [];
  /** The call that made a socket and its 101 answer, for libraries that accept in two steps. */
  upgradedAt: ts.Node | undefined;
  #webSocket: Obj | undefined;
  readonly #bodyListeners: { readonly event: string; readonly listener: V; readonly node: ts.Node }[] = [];
  readonly query: Obj;
  readonly nodeRequest: Obj;
  readonly nodeResponse: Obj;
  readonly socket: Obj;
  #machine: Machine | undefined;

  constructor(
    /** What the door fixes; who sends the request is asked for. */
    readonly facts: Pick<RequestFacts, 'method' | 'path' | 'stage'>,
    private readonly inquiry: Inquiry,
  ) {
    this.query = this.#host({ lazy: name => this.#queryMember(name) });
    this.socket = this.#socketOf();
    this.nodeRequest = this.#requestOf();
    this.nodeResponse = this.#responseObject();
  }

  /** Ties the request to the machine that runs it. */
  attach(machine: Machine): void {
    this.#machine = machine;
  }

  get credentials(): 'all' | 'none' {
    return this.inquiry.ask('credentials', ({ credentials }) => credentials);
  }

  get origin(): string | null {
    return this.inquiry.ask('origin', ({ world }) => world.origin);
  }

  get host(): string {
    return this.inquiry.ask('host', ({ world }) => world.host);
  }

  /** Which kind of sender it is: for what the user vouches for, which code does not see. */
  get kind(): World['kind'] {
    return this.inquiry.ask('kind', ({ world }) => world.kind);
  }

  // ---- what the machine asks --------------------------------------------------------------------------------

  /** A text that carries the attacker's own name, or the candidate `null`. */
  isMarked(text: string): boolean {
    return (
      isAttackers(text) ||
      this.inquiry.askOf(
        'marked',
        text,
        ({ world: { origin, kind } }) => text === origin && (kind === 'null' || kind === 'program'),
      )
    );
  }

  /** The Origin or Host itself. */
  isOrigin(text: string): boolean {
    return this.inquiry.askOf('is', text, ({ world }) => text === world.origin || text === world.host);
  }

  /** A text that was made from the Origin or Host. */
  isFromOrigin(text: string): boolean {
    if (this.isOrigin(text) || this.isMarked(text)) return true;
    if (text.length < 4) return false;
    return this.inquiry.askOf(
      'from',
      text,
      ({ world: { origin, host } }) => origin?.includes(text) === true || host.includes(text),
    );
  }

  /** What iterating over the request gives: its body, in one part. */
  partsOf(list: V, node: ts.Node): V[] | undefined {
    return list === this.nodeRequest
      ? [unknown('request', "the request's body", 'request.chunk', node, true)]
      : undefined;
  }

  /** Whether an object is the request, its headers, its response or its socket. */
  sees(object: Obj): boolean {
    return this.#own.has(object) || [...object.props.values()].some(value => isObj(value) && this.#own.has(value));
  }

  /** The scheme and host under which the request came: of its absolute URL, where a runtime makes one. */
  get ownOrigin(): string {
    return `http://${this.host}`;
  }

  isOwnUrl(text: string): boolean {
    if (text === this.#path()) return true;
    return this.inquiry.askOf('own', text, ({ world }) => text.startsWith(`http://${world.host}/`));
  }

  /** The query that a text stands for: the request's own, when it comes from its URL. */
  queryFrom(v: V): Obj | undefined {
    // The path is tried without its query: what is cut off behind it is the query all the same.
    if (v === undefined || v === '' || (isUnknown(v) && v.unknown === 'request')) return this.query;
    return undefined;
  }

  /** A credential, by the way it travels: there and secret, or missing. */
  credential(machine: Machine, name: string, carrier: CredentialCarrier, key: string, node: ts.Node): V {
    machine.carriers.add(carrier);
    if (this.credentials === 'none') return undefined;
    return unknown('secret', `the client's ${name}`, key, node, true);
  }

  /** `res.statusCode = 403` and its kin. */
  onSet(_machine: Machine, of: Obj, name: string, value: V): void {
    if (this.#own.has(of) && (name === 'statusCode' || name === 'status') && typeof value === 'number')
      this.#status = value;
    if (of === this.#webSocket && name === 'onmessage' && isClosure(value)) this.onMessage(value.fn, value, eventOf);
  }

  /** A fetch-style `new Response(body, { status })`. */
  responseOf(machine: Machine, _body: V, init: V, node: ts.Node): V {
    const status = isObj(init) && init.props.has('status') ? machine.get(init, 'status', node) : 200;
    const response = objectOf(
      {
        status,
        isResponse: true,
        ok: typeof status === 'number' ? status < 400 : unknown('config', 'a status', keyOf(status), node),
        headers: objectOf({ get: native(() => null), set: native(() => undefined), append: native(() => undefined) }),
      },
      { rest: undefined },
    );
    this.#made.set(response, node);
    return response;
  }

  /** What a handler returned: where that is a `Response`, the request is answered with it. */
  returned(result: V, node: ts.Node): void {
    if (isObj(result) && result.props.has('isResponse'))
      this.answer(result.props.get('status'), this.madeAt(result) ?? node);
  }

  /** Where a `Response` was made. */
  madeAt(response: V): ts.Node | undefined {
    return isObj(response) ? this.#made.get(response) : undefined;
  }

  /** The request is answered: from 400 on a refusal, below it says nothing about having been served. */
  answer(status: V, node: ts.Node): void {
    this.#answered(typeof status === 'number' ? status : 200, node);
  }

  /** An object through which a library shows this request, or its answer, to user code. */
  object(props: Readonly<Record<string, V>>, lazy?: (name: string) => V | undefined): Obj {
    return this.#host(lazy ? { lazy } : {}, props);
  }

  // ---- the request ------------------------------------------------------------------------------------------

  #host(more: Parameters<typeof objectOf>[1], props: Readonly<Record<string, V>> = {}): Obj {
    const object = objectOf(props, more);
    this.#own.add(object);
    return object;
  }

  #path(): string | undefined {
    return this.facts.path === undefined ? undefined : concretePath(this.facts.path) || undefined;
  }

  /** A request header by lower-case name; `missing` is what the flavour answers for an absent one. */
  header(name: string, missing: V): V {
    const node = undefined as unknown as ts.Node;
    switch (name) {
      case 'origin':
      case 'sec-websocket-origin':
        return this.origin ?? missing;
      case 'host':
      case ':authority':
        return this.host;
      case 'authorization':
        return (
          this.credential(
            this.#machine!,
            'Authorization header',
            'authorization-header',
            'header.authorization',
            node,
          ) ?? missing
        );
      case 'cookie':
        return this.credential(this.#machine!, 'cookie', 'cookie', 'header.cookie', node) ?? missing;
      case 'sec-websocket-protocol':
        // Any page may ask for a subprotocol; a token in it is a secret, which only shows when it is compared.
        return this.credentials === 'none'
          ? unknown('request', 'the subprotocol that the client asks for', 'header.protocol', node)
          : this.credential(this.#machine!, 'subprotocol', 'subprotocol', 'header.protocol', node);
      case 'upgrade':
        return this.facts.stage === 'http' ? missing : 'websocket';
      case 'sec-fetch-site':
        return this.inquiry.ask('site', ({ world: { kind } }) =>
          kind === 'rebind' || kind === 'rebind-absent' ? 'same-origin' : 'cross-site',
        );
      case 'x-forwarded-for':
      case 'x-forwarded-host':
      case 'x-real-ip':
      case 'forwarded':
        return missing;
    }
    if (plainHeaders.test(name)) return unknown('request', `the header ${name}`, `header.${name}`, node);
    return this.credential(this.#machine!, `header ${name}`, 'custom-header', `header.${name}`, node) ?? missing;
  }

  #queryMember(name: string): V {
    const node = undefined as unknown as ts.Node;
    if (['get', 'getAll'].includes(name)) return native(([key]) => this.#queryValue(String(key), node) ?? null);
    if (name === 'has')
      return native(([key]) => {
        const value = this.#queryValue(String(key), node);
        return isUnknown(value) ? unknown(value.unknown, value.why, `has:${value.key}`, node) : value !== undefined;
      });
    if (name === 'toString' || name === 'delete' || name === 'set' || name === 'append')
      return native(() => unknown('request', 'the query', 'request.search', node));
    return this.#queryValue(name, node);
  }

  #queryValue(name: string, node: ts.Node): V {
    return this.sent(name, `query parameter ${name}`, 'query', `query.${name}`, node);
  }

  /** A named value that the client sends: a credential if the name says so, else whatever the client likes. */
  sent(name: string, what: string, carrier: CredentialCarrier, key: string, node = undefined as unknown as ts.Node): V {
    if (credentialName.test(name)) return this.credential(this.#machine!, what, carrier, key, node);
    return unknown('request', `the ${what}`, key, node);
  }

  #socketOf(): Obj {
    const close = native((_args, _self, node) => {
      this.#machine?.act('refuses', node, 'the socket is closed', true);
      return undefined;
    });
    const write = native(([text], _self, node) => {
      const status = / (101|[45]\d\d)[ \r]/.exec(
        typeof text === 'string' ? text : isUnknown(text) ? text.key : '',
      )?.[1];
      if (status === '101') this.#machine?.act('admits', node, 'the handshake is answered with 101', true);
      // No client takes a 101 behind another answer for a welcome, so the first answer is the only one.
      else if (status && this.facts.stage === 'upgrade')
        this.#machine?.act('refuses', node, `the handshake is answered with ${status}`, true);
      if (this.facts.stage === 'connection') this.servedAt ??= node;
      return true;
    });
    return this.#host(
      { lazy: name => this.#socketMember(name) },
      {
        write,
        destroy: close,
        end: close,
        destroySoon: close,
        remoteAddress: '127.0.0.1',
        localPort: unknown('config', 'the port', 'port', undefined),
        encrypted: false,
      },
    );
  }

  #socketMember(name: string): V {
    if (
      /^(on|once|off|addListener|removeListener|removeAllListeners|setTimeout|setNoDelay|setKeepAlive|pause|resume|unref|ref|cork|uncork)$/.test(
        name,
      )
    )
      return native((_args, self) => self);
    return undefined;
  }

  #requestOf(): Obj {
    const path = this.#path();
    const free = (what: string) =>
      unknown(
        'request',
        `the request's ${what}`,
        `request.${what}`,
        undefined,
        what === 'body' ? undefined : undefined,
      );
    const url: V = path ?? unknown('request', "the request's URL", 'request.url', undefined, true);
    const headers = this.#host({ lazy: name => this.header(name, undefined) });
    const connection = this.socket;
    const request = this.#host(
      { lazy: name => this.#requestMember(name) },
      {
        headers,
        url,
        originalUrl: url,
        path: url,
        baseUrl: '',
        method: this.facts.method,
        query: this.query,
        body: free('body'),
        params: free('params'),
        socket: connection,
        connection,
        ip: '127.0.0.1',
        ips: { items: [], open: undefined },
        secure: false,
        protocol: 'http',
        httpVersion: '1.1',
        aborted: false,
        destroyed: false,
        rawHeaders: { items: [], open: free('headers') },
      },
    );
    const get = native(([name]) => this.header(String(name).toLowerCase(), undefined));
    request.props.set('get', get);
    request.props.set('header', get);
    request.props.set('raw', request);
    return request;
  }

  #requestMember(name: string): V {
    const node = undefined as unknown as ts.Node;
    if (name === 'host') return this.host;
    if (name === 'hostname') return this.host.replace(/:\d+$/, '');
    if (
      /^(user|auth|session|principal|account|identity|oidc|apiKey|token|currentUser|authInfo|isAuthenticated)$/.test(
        name,
      )
    )
      return this.credential(this.#machine!, `req.${name}`, 'middleware', `request.${name}`, node);
    if (name === 'on' || name === 'once' || name === 'addListener') {
      return native(([event, listener], self, at) => {
        if (event === 'data' || event === 'end') this.#bodyListeners.push({ event, listener, node: at });
        return self;
      });
    }
    if (
      /^(off|removeListener|removeAllListeners|resume|pause|setEncoding|setTimeout|unpipe|pipe|destroy|emit)$/.test(
        name,
      )
    )
      return native((_args, self) => self);
    if (name === 'cookies' || name === 'signedCookies')
      return this.#host({
        lazy: key => this.credential(this.#machine!, `cookie ${key}`, 'cookie', `cookie.${key}`, node),
      });
    if (name === 'is' || name === 'accepts')
      return native(() => unknown('request', 'the content type', `request.${name}`, node));
    return undefined;
  }

  /** After the handler has returned, the body arrives: once, whole. */
  deliverBody(machine: Machine): void {
    const listeners = this.#bodyListeners.splice(0);
    for (const event of ['data', 'end']) {
      for (const each of listeners) {
        if (each.event !== event || !(isClosure(each.listener) || isObj(each.listener))) continue;
        machine.call(
          each.listener,
          event === 'data' ? [unknown('request', "the request's body", 'request.chunk', each.node, true)] : [],
          undefined,
          each.node,
        );
      }
    }
  }

  // ---- the response -----------------------------------------------------------------------------------------

  #responseObject(): Obj {
    const end: (args: readonly V[], self: V, node: ts.Node) => V = (_args, self, node) => {
      this.#answered(this.#status, node);
      return self;
    };
    const withStatus = (answered: boolean) =>
      native(([status, ...rest], self, node) => {
        if (typeof status === 'number') this.#status = status;
        else if (isUnknown(status)) this.#status = 200;
        if (answered) end(rest, self, node);
        return self;
      });
    const response: Obj = this.#host(
      { lazy: () => native((_args, self) => self ?? response) },
      {
        status: withStatus(false),
        code: withStatus(false),
        writeHead: withStatus(false),
        sendStatus: withStatus(true),
        json: native(end),
        send: native(end),
        end: native(end),
        sendFile: native(end),
        render: native(end),
        redirect: native((args, self, node) => {
          if (this.#status < 300) this.#status = typeof args[0] === 'number' ? args[0] : 302;
          return end(args, self, node);
        }),
        headersSent: false,
        writableEnded: false,
        destroyed: false,
        finished: false,
        locals: objectOf({}, { rest: unknown('request', 'res.locals', 'response.locals', undefined) }),
        statusCode: 200,
        socket: this.socket,
      },
    );
    response.props.set('raw', response);
    response.props.set(
      'setHeader',
      native((_args, self) => self),
    );
    response.props.set(
      'getHeader',
      native(() => undefined),
    );
    response.props.set(
      'write',
      native(() => true),
    );
    return response;
  }

  #answered(status: number, node: ts.Node): void {
    this.#machine?.act(
      status >= 400 ? 'refuses' : 'neutral',
      node,
      status >= 400 ? `answered with ${status}` : `answered with ${status}, without serving`,
      false,
      status,
    );
  }

  // ---- the accepted socket ----------------------------------------------------------------------------------

  /** Attaches a listener for messages. */
  onMessage(node: ts.Node, listener: V, argumentsOf: (data: V) => V[]): void {
    this.messageListeners.push({ node, listener, argumentsOf });
  }

  /** The accepted WebSocket as its handlers meet it, with what a library adds to it: one for all of them. */
  webSocket(more: Readonly<Record<string, V>> = {}): Obj {
    this.#webSocket ??= this.#socketWith(more);
    return this.#webSocket;
  }

  #socketWith(more: Readonly<Record<string, V>>): Obj {
    const close = native((_args, _self, node) => {
      this.#machine?.act('refuses', node, 'the connection is closed', true);
      return undefined;
    });
    const send = native((_args, _self, node) => {
      this.servedAt ??= node;
      return undefined;
    });
    const on = native(([event, listener], self, node) => {
      if (event === 'message') this.onMessage(node, listener, data => [data, false]);
      return self;
    });
    const listen = native(([event, listener], self, node) => {
      if (event === 'message') this.onMessage(node, listener, eventOf);
      return self;
    });
    return this.#host(
      {
        lazy: name =>
          /^(ping|pong|off|removeListener|removeAllListeners|setMaxListeners|emit|join|leave)$/.test(name)
            ? native((_args, self) => self)
            : undefined,
      },
      {
        close,
        terminate: close,
        disconnect: close,
        send,
        emit: send,
        on,
        once: on,
        addListener: on,
        addEventListener: listen,
        readyState: 1,
        OPEN: 1,
        upgradeReq: this.nodeRequest,
        protocol: unknown('request', 'the subprotocol', 'header.protocol', undefined),
        _socket: this.socket,
        ...more,
      },
    );
  }

  /** The URL as fetch-style requests have it; `isMoved` when the request has come under another one, which is not known. */
  url(isMoved = false): V {
    const path = isMoved ? undefined : this.#path();
    return path ? this.ownOrigin + path : unknown('request', "the request's URL", 'request.url', undefined, true);
  }

  /** The fetch-style request; `isMoved` when it has come under another URL, which is not known. */
  fetchRequest(isMoved = false): Obj {
    const headers = this.#host(
      {},
      {
        get: native(([name]) =>
          isPrimitive(name)
            ? (this.header(String(name).toLowerCase(), undefined) ?? null)
            : unknown('request', 'a header', keyOf(name), undefined),
        ),
        has: native(([name]) => {
          const value = this.header(String(name).toLowerCase(), undefined);
          return isUnknown(value)
            ? unknown(value.unknown, value.why, `has:${value.key}`, undefined)
            : value !== undefined;
        }),
      },
    );
    return this.#host(
      { lazy: name => this.#fetchMember(name, isMoved) },
      {
        headers,
        method: this.facts.method,
        body: unknown('request', "the request's body", 'request.body', undefined),
        signal: objectOf({ addEventListener: native(() => undefined), aborted: false }),
      },
    );
  }

  /** Bodies; and what Next.js adds: https://nextjs.org/docs/app/api-reference/functions/next-request */
  #fetchMember(name: string, isMoved: boolean): V {
    if (name === 'url') return this.url(isMoved);
    if (/^(json|text|formData|arrayBuffer|bytes|blob)$/.test(name))
      return native(() => unknown('request', "the request's body", 'request.body', undefined, true));
    if (name === 'clone') return native((_args, self) => self);
    if (name === 'nextUrl') return { url: new URL(this.#path() ?? '/', this.ownOrigin), query: this.query };
    if (name !== 'cookies') return undefined;
    const cookie = (key: V, node: ts.Node) =>
      this.credential(this.#machine!, `cookie ${String(key)}`, 'cookie', `cookie.${String(key)}`, node);
    return objectOf({
      get: native(([key], _self, node) => {
        const value = cookie(key, node);
        return value === undefined ? undefined : objectOf({ value });
      }),
      has: native(([key], _self, node) => cookie(key, node) !== undefined),
    });
  }
}

/** A path that a route's pattern matches. */
export function concretePath(pattern: string): string {
  return pattern.replace(/[:*][\w?]*/g, 'x').replace(/[()+]/g, '');
}

/** The arguments of a DOM-style listener. */
function eventOf(data: V): V[] {
  return [objectOf({ data, type: 'message' })];
}
