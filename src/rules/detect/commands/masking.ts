/**
 * Commands as findings show them: without passwords in addresses, headers, options and variables.
 */

import { cacheTextResults } from '../../../core/base/cache-results.ts';
import { redact } from '../../../core/base/redact.ts';
import { isSecretName } from '../../../core/base/secret-names.ts';

/**
 * Options whose value is a secret only for these programs. The value may be joined to an option of
 * one letter.
 */
const PROGRAM_OPTIONS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:mysql\w*|mariadb[\w-]*|mydumper|myloader|xtrabackup)\b/u,
    /(?<=\s-[a-oq-zA-Z]*p)(?:"[^"]*"|'[^']*'|[^\s"']\S*)/gu,
  ],
  [/\b(?:sshpass|docker|podman|helm|buildah|skopeo|nerdctl)\b/u, /(?<=\s-[up] ?)[^\s-]\S*/gu],
  [/\b(?:redis-cli|valkey-cli)\b/u, /(?<=\s-a ?)[^\s-]\S*/gu],
  [/\b(?:mongo\w*)\b/u, /(?<=\s-p ?)[^\s-]\S*/gu],
  [/\b(?:7za?|7zr|rar|unrar)\b/u, /(?<=\s-p)\S+/gu],
  [/\b(?:unzip|zip)\b/u, /(?<=\s-P ?)[^\s-]\S*/gu],
  [/\b(?:ldap\w+)\b/u, /(?<=\s-w ?)[^\s-]\S*/gu],
  [/\b(?:useradd|usermod|adduser)\b/u, /(?<=\s-p ?)[^\s-]\S*/gu],
  [/\b(?:sqlcmd|bcp)\b/u, /(?<=\s-P ?)[^\s-]\S*/gu],
  [/\bhtpasswd\b/u, /(?<=\s-[a-zA-Z]*b[a-zA-Z]*\s+(?:\S+\s+){1,2})\S+$/gu],
  [/\bsmbclient\b/u, /(?<=%)\S+/gu],
  [/\bopenssl\b/u, /(?<=\bpass:)\S+/gu],
  [/\bchpasswd\b/u, /(?<=[\w.-]:)[^\s"'|]+/gu],
  [/\bpasswd\b/u, /(?<=\becho\s+["']?)[^\s"'|-][^\s"'|]*/gu],
  [
    /\bnpm\b|\bnpmrc\b|\byarn\b|\bpnpm\b/u,
    /(?<=:?_(?:authToken|auth|password)[= ]+["']?)[^\s"']+/gu,
  ],
  [/\bnetrc\b|\bmachine\b/u, /(?<=\bpassword[ =]["']?)[^\s"']+/gu],
];
/** Any of the programs; most texts have none. */
const ANY_PROGRAM = new RegExp(PROGRAM_OPTIONS.map(([{ source }]) => source).join('|'), 'u');
/** Subcommands behind which a name and its value stand, as in `aws configure set NAME VALUE`. */
const SETTING = /\b(?:configure|config|set)\s/u;
/** Texts longer than this are cut first: excerpts are shorter. */
const MAX_READ = 600;

/** Every rule below needs one of these in front of a secret. */
const MAY_HOLD_SECRET = /=|:\s?\\?["']|-[-uHd]|\b(?:basic|bearer|token|configure|config|set)\s/iu;

/**
 * Masks passwords in addresses and headers, and values of variables and options whose names say
 * that they are secret. Findings repeat short texts, such as the name of an action.
 */
export const masked: (text: string) => string = cacheTextResults(mask, {
  maxLength: 100,
  maxTotal: 100_000,
});

function mask(text: string): string {
  const cut = text.slice(0, MAX_READ);
  if (!MAY_HOLD_SECRET.test(cut) && !ANY_PROGRAM.test(cut)) return redact(cut);
  let shown = redact(cut)
    .replaceAll(/\b(?<name>\w+)(?<mark>=)(?:"[^"]*"?|'[^']*'?|[^\s"']\S*)/gu, maskPair)
    .replaceAll(/\b(?<name>\w+)(?<mark>\\?["']?\s?:\s?\\?["'])[^"'\\]+/gu, maskPair)
    .replaceAll(
      /(?<=\b(?:basic|bearer|token)\s)(?!(?:a|an|and|as|at|by|can|for|from|has|in|is|it|its|may|of|on|or|that|the|to|which|with)\b)[^\s"']+/giu,
      '***',
    )
    .replaceAll(
      /(?<=(?:--user|--proxy-user|-u)[= ]?["']?[^\s:"'-][^\s:"']{0,255}:)[^\s"']+/gu,
      '***',
    )
    .replaceAll(
      /(?<=-[Hd]\s?["']?[\w-]{0,64}(?:token|key|secret|password)["']?\s?[:=]\s?["']?)[^\s"'&]+/giu,
      '***',
    )
    .replaceAll(
      /(?<![\w-])--(?<name>[\w-]{2,64})(?<mark>[ =])(?:"[^"]*"|'[^']*'|[^\s-]\S*)/gu,
      (whole: string, name: string, mark: string) =>
        isSecretName(name) ? `--${name}${mark}***` : whole,
    );
  if (SETTING.test(shown)) {
    shown = shown.replaceAll(
      /(?<=(?<name>(?<![\w.-])[\w.-]{2,64})\s)(?:"[^"]*"?|'[^']*'?|[^\s"'-]\S*)/gu,
      (whole: string, name: string) => (isSecretName(name) ? '***' : whole),
    );
  }
  if (!ANY_PROGRAM.test(shown)) return shown;
  for (const [program, value] of PROGRAM_OPTIONS) {
    if (program.test(shown)) shown = shown.replaceAll(value, '***');
  }
  return shown;
}

function maskPair(whole: string, name: string, mark: string): string {
  return isSecretName(name) ? `${name}${mark}***` : whole;
}
