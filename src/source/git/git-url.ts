/** Addresses of git repositories, as git writes them. */

/** Protocols that are spoken; git knows others that run programs. */
export const PROTOCOLS = 'https:http:ssh:git:file';

const URL_FORM = /^(?:https?|ssh|git|file):\/\/[^\s]+$/u;
/** As in `git@host:org/repo.git`. */
const SCP_FORM = /^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:(?!\/\/)[^\s-][^\s]*$/u;
/** As in `github.com/org/repo`. */
const HOST_FORM = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\/[^\s]+$/u;

export function isGitUrl(text: string): boolean {
  return URL_FORM.test(text) || SCP_FORM.test(text);
}

/** A host and a path without protocol, which is then `https`. */
export function isHostAndPath(text: string): boolean {
  return HOST_FORM.test(text);
}

/** Whether the repository lies on this machine. */
export function isFileUrl(text: string): boolean {
  return text.startsWith('file://');
}

/** Without name and password, which are nobody's business in a report. */
export function shownUrl(text: string): string {
  return text
    .replace(/^((?!ssh:)[a-z][a-z0-9+.-]*):\/\/[^/@\s]*@/u, '$1://')
    .replace(/^(ssh:\/\/[^/:@\s]*):[^/@\s]*@/u, '$1@');
}
