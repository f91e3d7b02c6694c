/**
 * Proxies, and which hosts are asked without them.
 *
 * Source: curl(1), "Environment" and `--noproxy`; Go's `httpproxy`, whose address blocks in
 * `NO_PROXY` many networks rely on. Small letters win, as in curl. This machine itself is never
 * asked through a proxy.
 */

import { BlockList, isIP } from 'node:net';

import { AssayError } from '../base/errors.ts';
import type { Environment } from '../model/artifact/environment.ts';

/** Addresses of proxies, and when they are used. */
export interface Proxies {
  /** For `http://`. */
  readonly httpProxy: string | undefined;
  /** For `https://`. */
  readonly httpsProxy: string | undefined;
  /** Returns whether a proxy has to be asked, where there is one. */
  isProxied(url: URL): boolean;
}

const NEVER_PROXIED = ['localhost', '127.0.0.0/8', '::1/128'];
const WITH_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const BLOCK = /^(?<address>[0-9A-Fa-f.:]+)\/(?<bits>\d{1,3})$/;
const WITH_PORT = /^(?<host>\[[^\]]+\]|[^:]+):(?<port>\d{1,5})$/;

/**
 * Returns `undefined` where no proxy is named.
 * @throws AssayError `USAGE` for one that cannot be used
 */
export function readProxies(env: Environment): Proxies | undefined {
  const read = (name: string): string | undefined =>
    [env[name.toLowerCase()], env[name]].find((value) => value !== undefined && value !== '');
  const all = read('ALL_PROXY');
  const httpProxy = proxyAddress('HTTP_PROXY', read('HTTP_PROXY') ?? all);
  const httpsProxy = proxyAddress('HTTPS_PROXY', read('HTTPS_PROXY') ?? all);
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  const isExempt = compileExceptions(read('NO_PROXY') ?? '');
  return { httpProxy, httpsProxy, isProxied: (url) => !isExempt(url) };
}

function proxyAddress(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = WITH_SCHEME.test(value) ? value : `http://${value}`;
  if (URL.canParse(text) && isUsable(new URL(text))) return text;
  // It may hold a password, so it is not quoted.
  throw new AssayError('USAGE', `the proxy of ${name} (or ALL_PROXY) cannot be used`, {
    hint: 'A proxy is written as http://HOST:PORT or https://HOST:PORT; in a user or password, % is written as %25.',
  });
}

function isUsable({ protocol, username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}

/** A host of `NO_PROXY`, with all that is below it, at one port or at all. */
interface HostRule {
  /** In lower case, without a dot in front. */
  readonly host: string;
  readonly port: string | undefined;
}

function compileExceptions(noProxy: string): (url: URL) => boolean {
  const blocks = new BlockList();
  const rules: HostRule[] = [];
  const words = [...noProxy.split(/[,\s]+/).filter(Boolean), ...NEVER_PROXIED];
  for (const word of words) if (!addBlock(blocks, word)) rules.push(hostRule(word));
  return (url) => {
    const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const family = isIP(host);
    if (family !== 0 && blocks.check(host, family === 6 ? 'ipv6' : 'ipv4')) return true;
    return rules.some((rule) => isRuled(rule, host, port));
  };
}

function isRuled(rule: HostRule, host: string, port: string): boolean {
  if (rule.port !== undefined && rule.port !== port) return false;
  return rule.host === '*' || rule.host === host || host.endsWith(`.${rule.host}`);
}

/** Returns whether the word is a block of addresses. */
function addBlock(blocks: BlockList, word: string): boolean {
  const { address = '', bits } = BLOCK.exec(word)?.groups ?? {};
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 6 ? 128 : 32)) return false;
  blocks.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  return true;
}

function hostRule(word: string): HostRule {
  const { host = word, port } = WITH_PORT.exec(word)?.groups ?? {};
  const plain = host.toLowerCase().replace(/^\[|\]$/g, '');
  return { host: plain.replace(/^\*?\./, ''), port };
}
