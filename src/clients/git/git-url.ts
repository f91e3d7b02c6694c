/** Addresses of git repositories, as git writes them. */

import { redact } from '../../core/base/redact.ts';

/** Protocols that are spoken; git knows others that run programs. */
export const PROTOCOLS = 'https:http:ssh:git:file';

const URL_FORM = /^(?:https?|ssh|git|file):\/\/[^\s]+$/u;
/** Matches a form such as `git@host:org/repo.git`. */
const SCP_FORM = /^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:(?!\/\/)[^\s-][^\s]*$/u;
/** Matches a form such as `github.com/org/repo`. */
const HOST_FORM = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\/[^\s]+$/u;

/**
 * Returns whether a text is an address of a git repository: a URL of a protocol that git speaks, or
 * `HOST:PATH`.
 */
export function isGitUrl(text: string): boolean {
  return URL_FORM.test(text) || SCP_FORM.test(text);
}

/** Returns whether it is a host and a path without protocol, which is then `https`. */
export function isHostAndPath(text: string): boolean {
  return HOST_FORM.test(text);
}

/** Returns whether the repository lies on this machine. */
export function isFileUrl(text: string): boolean {
  return text.startsWith('file://');
}

/** Without what the server alone should see: see {@link redact}. */
export const redactGitUrl: (text: string) => string = redact;
