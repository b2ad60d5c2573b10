import { cookiesKeptHome } from '../../code/cookies.js';
import type { CookieDoor } from '../../facts/index.js';
import { chainsTo } from '../chains.js';
import { routePlan } from '../guarded.js';
import type { Findings, Idiom } from '../idiom.js';

const changing = /^(POST|PUT|PATCH|DELETE)$/;
/** Where a user logs in or out there is no session yet that a foreign page could use. */
const comings = /(^|\/)(log-?in|log-?out|sign-?(in|up|out)|register|auth|oauth|callback|token|health)(\/|$)/i;
const mostRoutes = 12;

/** Doors and routes that change something, of which a cookie is the only credential. */
export const cookieDoors: Idiom = {
  id: 'cookie-doors',
  words: [],
  read(findings) {
    const { code, endpoints } = findings;
    if (!code.modules().some(({ source }) => /cookie/i.test(source.text))) return [];
    const keptHome = cookiesKeptHome(code);
    const atHome = keptHome && code.at(keptHome);
    const doors = endpoints.flatMap(({ door }): CookieDoor[] => {
      const { credential, origin, wayIn, transport } = door;
      if (!isCookieOnly(credential) || transport === 'sse' || wayIn?.method === 'GET') return [];
      return [
        {
          kind: 'CookieDoor',
          at: wayIn?.at ?? door.at,
          isMcp: true,
          readsJsonOnly: door.transportAt !== undefined,
          origin,
          credential,
          keptHome: atHome,
        },
      ];
    });
    return [...doors, ...routes(findings, atHome)];
  },
};

function isCookieOnly({ answer, carriers }: CookieDoor['credential']): boolean {
  return answer === 'refuses' && carriers.length > 0 && carriers.every(carrier => carrier === 'cookie');
}

function routes({ code, surface, trials, endpoints }: Findings, keptHome: CookieDoor['keptHome']): CookieDoor[] {
  const taken = new Set(endpoints.map(({ door }) => door.wayIn && `${door.wayIn.at.file}:${door.wayIn.at.line}`));
  return surface.registrations
    .filter(({ verb, call }) => {
      const at = code.at(call.node);
      return changing.test(verb) && !taken.has(`${at.file}:${at.line}`);
    })
    .slice(0, mostRoutes)
    .flatMap(registration =>
      chainsTo(code, surface, registration, registration.handlers.length - 1)
        .slice(0, 1)
        .filter(({ path }) => !comings.test(path ?? ''))
        .flatMap((chain): CookieDoor[] => {
          const { node } = registration.call;
          const { origin, credential } = trials.findingsOf(routePlan(node, chain.stations, chain.method, chain.path));
          if (!isCookieOnly(credential)) return [];
          return [
            { kind: 'CookieDoor', at: code.at(node), isMcp: false, readsJsonOnly: false, origin, credential, keptHome },
          ];
        }),
    );
}
