/** Where text comes from. `headers` are those of a request, whole; `caller` is somebody outside the program. */
export type TextOrigin =
  | 'client'
  | 'tool'
  | 'model'
  | 'error'
  | 'stack'
  | 'credential'
  | 'headers'
  | 'caller'
  | 'unknown';

export const originWords: Readonly<Record<TextOrigin, string>> = {
  client: 'a client sends it',
  tool: 'a tool or program puts it out',
  model: 'a model writes it',
  error: 'an error brings it',
  stack: 'the stack trace of an error',
  credential: 'a credential',
  headers: 'all headers of a request',
  caller: 'whoever calls it decides what it is',
  unknown: 'where it comes from could not be followed',
};

/** A request by its customary name; only its parts named below tell. */
export function isRequestName(name: string): boolean {
  return /^_?(req|request|ctx|context|c|httpRequest)$/.test(name);
}

/**
 * What a part of a request is: free text, or something that cannot hold a line break. Header values and the request
 * line cannot (https://www.rfc-editor.org/rfc/rfc9110#section-5.5); query and route parameters are decoded, so they can.
 */
export function requestPart(path: readonly string[]): 'client' | 'safe' | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  if (/^(req|request|raw)$/.test(first)) return requestPart(rest);
  if (/^(body|rawBody|query|params)$/.test(first)) return 'client';
  if (/^(headers|rawHeaders|url|originalUrl|method|ip|ips|hostname|host|protocol|httpVersion)$/.test(first))
    return 'safe';
  return undefined;
}

/** What a call on a request reads: `await request.json()`, `c.req.query('id')`, `req.get('x-id')`. */
export function requestRead(method: string): 'client' | 'safe' | undefined {
  if (/^(json|text|formData|parseBody|query|queries|param|valid)$/.test(method)) return 'client';
  return /^(header|get)$/.test(method) ? 'safe' : undefined;
}

const toolCalls =
  /^(call|run|exec(ute)?|invoke|dispatch)\w*(Tool|Command|Shell|Script|Agent)(Call|Sync)?$|^(exec|execSync|execFileSync|handleToolCall)$/i;
const modelCalls =
  /^(generate(Text|Content|Reply|Response|Answer)|streamText|create(Chat)?Completion|createMessage|chatCompletion|sendPrompt)$/;
const modelApis = /\b(completions|messages|responses)\.(create|stream|parse)$/;
/** Common words: only an awaited call of these names is believed. */
const looseToolCalls = /^(execute|invoke)$/;
const looseModelCalls = /^(complete|generate)$/;

/** What a call brings back by its name: the output of a tool, the words of a model. `callee` is the name as written. */
export function callOrigin(callee: string, isAwaited: boolean): TextOrigin | undefined {
  const name = callee.replace(/^.*\./s, '');
  if (toolCalls.test(name) || (isAwaited && looseToolCalls.test(name))) return 'tool';
  if (modelCalls.test(name) || modelApis.test(callee) || (isAwaited && looseModelCalls.test(name))) return 'model';
  return undefined;
}

/** Whether a part of such a result is its text, rather than an id or a state. */
export function isWording(path: readonly string[]): boolean {
  const last = path.filter(step => step !== '[]' && !/^\d+$/.test(step)).at(-1);
  return (
    last === undefined ||
    /^(text|content|output|stdout|stderr|result|message|delta|chunk|body|answer|response|data|error)$/.test(last)
  );
}

/** The parts of an error that are free text: all but its code and kind. */
export function isErrorWording(path: readonly string[]): boolean {
  const last = path.at(-1);
  return last === undefined || /^(message|stack|detail|details|reason|stderr|stdout|description|toString)$/.test(last);
}

/** Properties that are numbers or booleans wherever they are met. */
export function isNumberName(name: string): boolean {
  return /^(length|size|byteLength|lastIndex|statusCode|pid)$/.test(name);
}

/** Global functions and methods whose result is text without line breaks, or no text. */
export function isPlainResult(callee: string, name: string): boolean {
  if (/^(Math|Date|performance|Number|Atomics|crypto)\.\w+$/.test(callee))
    return !/getRandomValues|subtle/.test(callee);
  if (
    /^(Number|parseInt|parseFloat|Boolean|BigInt|isNaN|encodeURIComponent|encodeURI|escape|btoa|Symbol)$/.test(callee)
  )
    return true;
  if (/^(randomUUID|uuid|uuidv[1-7]|nanoid|ulid|cuid|createId|hrtime|uptime)$/.test(name)) return true;
  return /^(toISOString|toUTCString|toGMTString|toDateString|toTimeString|toLocale(Date|Time)String|toFixed|toPrecision|toExponential|getTime|valueOf|indexOf|lastIndexOf|findIndex|charCodeAt|codePointAt|includes|startsWith|endsWith|has|some|every|test|localeCompare|get(Full)?(Year|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds))$/.test(
    name,
  );
}

/** Methods that give back their receiver's text, or a part of it. */
export function keepsText(name: string): boolean {
  return /^(trim|trimEnd|trimStart|toLowerCase|toUpperCase|toLocaleLowerCase|toLocaleUpperCase|slice|substring|substr|padStart|padEnd|normalize|charAt|repeat|concat|toWellFormed)$/.test(
    name,
  );
}
