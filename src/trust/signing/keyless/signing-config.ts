/**
 * Signing configurations: the services by which signatures without a key are made.
 *
 * Source: sigstore/protobuf-specs, `sigstore_trustroot.proto` (`SigningConfig`, `Service`,
 * `ServiceConfiguration`, JSON form), as `cosign signing-config create` writes it. Of each kind one
 * service is used. A configuration that asks for more than one log or timestamp is refused.
 */

import {
  ServiceSelector,
  SigningConfig as ConfigMessage,
  type Service,
  type ServiceConfiguration,
} from '@sigstore/protobuf-specs';

import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { readJson } from '../../../formats/text/json/json.ts';

/** The services that are used at one time. Addresses are texts as the file has them. */
export interface SigningServices {
  /** Absent: the configuration names no certificate authority. */
  readonly fulcioUrl?: string;
  /** Absent: signatures are not entered into a log. */
  readonly log?: { readonly url: string; readonly version: 1 | 2 };
  /** Absent: signatures get no timestamp. */
  readonly timestampUrl?: string;
}

const MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

/**
 * Reads a signing configuration and chooses its services: those of the newest version of the
 * interface that are valid, and of these the one that became valid last. `now` is in milliseconds
 * since the Unix epoch, `name` stands for the file in messages.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function readSigningConfig(bytes: Uint8Array, name: string, now: number): SigningServices {
  try {
    return servicesOf(readMessage(bytes, name), now);
  } catch (error) {
    throw new AssayError(
      'CONFIG_INVALID',
      `"${name}" cannot be used as a signing configuration: ${errorMessage(error)}`,
      { hint: 'Write one with: cosign signing-config create', cause: error },
    );
  }
}

function readMessage(bytes: Uint8Array, name: string): ConfigMessage {
  const json = readJson(name, bytes);
  const { mediaType } = json;
  if (mediaType !== MEDIA_TYPE) throw new Error(`its media type is not "${MEDIA_TYPE}"`);
  return ConfigMessage.fromJSON(json);
}

function servicesOf(message: ConfigMessage, now: number): SigningServices {
  const { caUrls, rekorTlogUrls, rekorTlogConfig, tsaUrls, tsaConfig } = message;
  const authority = chosen('certificate authorities', caUrls, { versions: [1], now });
  const log = configured('transparency logs', rekorTlogUrls, {
    versions: [2, 1],
    now,
    rule: rekorTlogConfig,
  });
  const stamp = configured('timestamp authorities', tsaUrls, {
    versions: [1],
    now,
    rule: tsaConfig,
  });
  return {
    ...(authority !== undefined && { fulcioUrl: authority.url }),
    ...(log !== undefined && {
      log: { url: log.url, version: log.majorApiVersion === 2 ? 2 : 1 },
    }),
    ...(stamp !== undefined && { timestampUrl: stamp.url }),
  };
}

interface Choice {
  /** Versions of the interface that can be used, the best one first. */
  readonly versions: readonly number[];
  readonly now: number;
}

/** @throws Error if the configuration asks for more than one service, or for none of those it names */
function configured(
  what: string,
  services: readonly Service[],
  { rule, ...choice }: Choice & { readonly rule: ServiceConfiguration | undefined },
): Service | undefined {
  const selector = rule?.selector ?? ServiceSelector.SERVICE_SELECTOR_UNDEFINED;
  if (services.length === 0 && selector === ServiceSelector.SERVICE_SELECTOR_UNDEFINED) {
    return undefined;
  }
  if (selector === ServiceSelector.SERVICE_SELECTOR_UNDEFINED) {
    throw new Error(`it names ${what}, and not how many of them to use`);
  }
  const wanted = selector === ServiceSelector.EXACT ? (rule?.count ?? 0) : 1;
  const isAll = selector === ServiceSelector.ALL;
  const operators = new Set(
    services.filter((one) => isValid(one, choice.now)).map(({ operator }) => operator),
  );
  if (wanted !== 1 || (isAll && operators.size > 1)) {
    throw new Error(`it asks for ${isAll ? operators.size : wanted} ${what}, and one can be used`);
  }
  const service = chosen(what, services, choice);
  if (service === undefined) throw new Error(`it asks for one of the ${what}, and names none`);
  return service;
}

/** @throws Error if none of the services that are named can be used */
function chosen(
  what: string,
  services: readonly Service[],
  { versions, now }: Choice,
): Service | undefined {
  if (services.length === 0) return undefined;
  const valid = services.filter((one) => isValid(one, now));
  for (const version of versions) {
    const [newest] = valid
      .filter(({ majorApiVersion }) => majorApiVersion === version)
      .sort((one, other) => startOf(other) - startOf(one));
    if (newest !== undefined) return newest;
  }
  throw new Error(
    valid.length === 0
      ? `none of its ${what} is valid now`
      : `none of its ${what} has an interface of the versions ${versions.join(' and ')}`,
  );
}

function isValid({ validFor }: Service, now: number): boolean {
  const { start, end } = validFor ?? {};
  // An instant that cannot be read compares as false.
  if (start === undefined || !(start.getTime() <= now)) return false;
  return end === undefined || end.getTime() >= now;
}

function startOf({ validFor }: Service): number {
  return validFor?.start?.getTime() ?? 0;
}
