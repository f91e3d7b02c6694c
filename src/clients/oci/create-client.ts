/** Makes the registry client from what the caller says and what the files of this machine say. */

import type { Context } from '../../core/base/context.ts';
import type { RegistryClient, Repository } from './client.ts';
import { credentialFinder, type CredentialFinder } from './credentials.ts';
import { Endpoint } from './endpoint.ts';
import { resolveShortName } from './short-names.ts';
import type { RegistryOptions } from './client-options.ts';
import { locateRepository, writtenRepository } from './repository-location.ts';
import type { ImageReference } from './reference.ts';
import type { RegistriesConf } from './registries-conf.ts';
import { loadRegistriesConf } from './registries-files.ts';
import { openRepository } from './repository.ts';
import { Transport } from './transport.ts';

/** Returns a client for one run. Files are read when the first reference is asked for. */
export function createRegistryClient(options: RegistryOptions, context: Context): RegistryClient {
  const env = options.env ?? process.env;
  const transport = new Transport(context, env);
  const endpoints = new Map<string, Endpoint>();
  let conf: Promise<RegistriesConf> | undefined;
  let finder: CredentialFinder | undefined;
  const readConf = (): Promise<RegistriesConf> => (conf ??= loadRegistriesConf(env));

  async function repository(reference: ImageReference): Promise<Repository> {
    const registries = await readConf();
    finder ??= credentialFinder(env, registries.credentialHelpers ?? [], context);
    const findCredentials = finder;
    const places =
      options.isForWriting === true
        ? [writtenRepository(reference, registries)]
        : locateRepository(reference, registries);
    const placed = places.map((place) => {
      const key = JSON.stringify([place.domain, place.path, place.isInsecure, place.use]);
      const known = endpoints.get(key);
      if (known !== undefined) return known;
      // What was typed is for the registry that was typed.
      const isMeant = !place.isMirror || place.domain === reference.domain;
      const endpoint = new Endpoint(place, {
        transport,
        findCredentials,
        credentials: isMeant ? options.credentials : undefined,
        isInsecure: options.isInsecure === true,
      });
      endpoints.set(key, endpoint);
      return endpoint;
    });
    return openRepository(reference, placed, transport);
  }

  return {
    repository,
    async resolveName(text) {
      const reading = resolveShortName(text, await readConf());
      const [first] = reading.references;
      if (reading.aliasFrom !== undefined && first !== undefined) {
        const name = `${first.domain}/${first.path}`;
        context.log.debug(`"${text}" is ${name}, as "${reading.aliasFrom}" says`);
      }
      return reading.references;
    },
  };
}
