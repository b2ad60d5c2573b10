import { drawnByChance, isUnknown, unknown } from '../../code/trial/domain.js';
import { keyOf } from '../../code/trial/keys.js';
import { type CallModel, isMissing, reject } from '../../code/trial/library.js';
import type { Framework } from '../framework.js';

/** Random values that a stranger cannot guess. */
const random: CallModel = (machine, _args, node) =>
  unknown('secret', drawnByChance, `random${machine.values.program.idOf(node)}`, node, true);

/** Comparison with a secret: only the rightful client passes. */
const compare: CallModel = (machine, args, node) => {
  if (args.some(arg => arg === undefined || arg === null))
    return machine.request?.credentials === 'none' ? reject('nothing to compare') : false;
  if (machine.request?.credentials === 'none') return false;
  machine.hasProof = true;
  return unknown('secret', 'a comparison with a secret', `compare(${args.map(keyOf).join()})`, node);
};

/** Verification of a signed token: throws without one. */
const verify: CallModel = (machine, args, node) => {
  if (isMissing(args) || machine.request?.credentials === 'none') reject('no token to verify');
  machine.hasProof = true;
  return unknown('secret', 'a verified token', `verified(${keyOf(args[0])})`, node, true);
};

/** Texts that are derived from others: known no better than they are. */
const derived: CallModel = (machine, args, node) => {
  const tag = args.find(isUnknown)?.unknown ?? machine.tagOf(args);
  return unknown(tag, 'a digest', `digest(${args.map(keyOf).join()})`, node, true);
};

/** What libraries answer that make, compare and verify secrets. */
export const secrets: Framework = {
  id: 'secrets',
  words: [],
  calls: {
    'crypto randomUUID': random,
    'crypto randomBytes': random,
    'crypto getRandomValues': random,
    'uuid v4': random,
    'nanoid nanoid': random,
    'nanoid ': random,
    'crypto webcrypto.randomUUID': random,
    'crypto timingSafeEqual': compare,
    'safe-compare ': compare,
    'tsscmp ': compare,
    'bcrypt compare': compare,
    'bcryptjs compare': compare,
    'bcrypt compareSync': compare,
    'bcryptjs compareSync': compare,
    'argon2 verify': compare,
    'jsonwebtoken verify': verify,
    'jose jwtVerify': verify,
    'jsonwebtoken ': verify,
    'crypto createHash': derived,
    'crypto createHmac': derived,
  },
  gateOf(_code, thing) {
    return authenticating.test(thing.made) ? { is: 'secret', carrier: 'middleware' } : undefined;
  },
  tellsUsers: (_code, { made }) => authenticating.test(made) && !/basic-auth|http-auth/.test(made),
};

/** Middleware that refuses clients without a credential. */
const authenticating =
  /^(express-oauth2-jwt-bearer auth\(\)|express-jwt \(\)|express-jwt expressjwt\(\)|express-basic-auth \(\)|@clerk\/express requireAuth\(\)|@clerk\/mcp-tools\/express mcpAuthClerk\(\)|passport \S*#authenticate\(\)|passport authenticate\(\)|express-openid-connect requiresAuth\(\)|http-auth-connect \(\))$/;
