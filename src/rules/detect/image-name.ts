/**
 * Names of images in `FROM` and `--from`. Source: distribution/reference, and the short names of
 * Docker.
 */

import type { NamedImage } from '../../trust/trust-file/repository-pattern.ts';

/**
 * Returns the parts of a name; short names are those of Docker Hub. `undefined` for what is none.
 */
export function imageNameOf(text: string): NamedImage | undefined {
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:A-Z]/u.test(first) || first === 'localhost';
  const rest = isHost ? name.slice(slash + 1) : name;
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (path === '' || /[\s$]/u.test(name)) return undefined;
  const domain = isHost ? first.toLowerCase() : 'docker.io';
  const isHub = /^(?:(?:index|registry-1)\.)?docker\.io$|^registry\.hub\.docker\.com$/u.test(
    domain,
  );
  return {
    domain: isHub ? 'docker.io' : domain,
    path: isHub && !path.includes('/') ? `library/${path}` : path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}
