import { describe, expect, it } from 'vitest';

import { readSigningConfig } from './signing-config.ts';

const NOW = Date.parse('2026-12-06T00:00:00Z');
const HEAD = '"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"';
/** As `cosign signing-config create` of version 3.1.3 writes it. */
const FULL = `{${HEAD}, "caUrls":[{"url":"https://f.example.com", "majorApiVersion":1, "validFor":{"start":"2024-01-01T00:00:00Z"}, "operator":"a"}], "rekorTlogUrls":[{"url":"https://r2.example.com", "majorApiVersion":2, "validFor":{"start":"2025-01-01T00:00:00Z"}, "operator":"a"}, {"url":"https://r1.example.com", "majorApiVersion":1, "validFor":{"start":"2024-01-01T00:00:00Z"}, "operator":"a"}], "rekorTlogConfig":{"selector":"EXACT", "count":1}, "tsaUrls":[{"url":"https://t.example.com/api", "majorApiVersion":1, "validFor":{"start":"2024-01-01T00:00:00Z"}, "operator":"a"}], "tsaConfig":{"selector":"ANY"}}`;
const NONE = `{${HEAD}, "rekorTlogConfig":{}, "tsaConfig":{}}`;

function read(text: string, now = NOW): object {
  return readSigningConfig(Buffer.from(text), 'config.json', now);
}

function logs(services: string, rule: string): string {
  return `{${HEAD}, "rekorTlogUrls":[${services}], "rekorTlogConfig":${rule}}`;
}

function service(name: string, start: string, more = ''): string {
  return `{"url":"https://${name}.example.com", "majorApiVersion":1, "validFor":{"start":"${start}"}, "operator":"a"${more}}`;
}

describe('readSigningConfig', () => {
  it('chooses the newest interface', () => {
    expect(read(FULL)).toEqual({
      fulcioUrl: 'https://f.example.com',
      log: { url: 'https://r2.example.com', version: 2 },
      timestampUrl: 'https://t.example.com/api',
    });
  });

  it('chooses a service that is valid at the time', () => {
    const then = Date.parse('2024-06-01T00:00:00Z');
    const log = { url: 'https://r1.example.com', version: 1 };
    expect(read(FULL, then)).toMatchObject({ log });
  });

  it('chooses the service that became valid last', () => {
    const two = `${service('old', '2024-01-01T00:00:00Z')},${service('new', '2025-01-01T00:00:00Z')}`;
    const log = { url: 'https://new.example.com', version: 1 };
    expect(read(logs(two, '{"selector":"ALL"}'))).toEqual({ log });
  });

  it('reads one without services', () => {
    expect(read(NONE)).toEqual({});
  });

  const ONE = service('one', '2024-01-01T00:00:00Z');
  it.each([
    [
      'another document',
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
      /media type/u,
    ],
    ['an older form', `{${HEAD.replace('0.2', '0.1')}}`, /media type/u],
    ['no document', 'text', /config\.json/u],
    ['two logs', logs(ONE, '{"selector":"EXACT","count":2}'), /asks for 2 transparency logs/u],
    ['no number of logs', logs(ONE, '{"selector":"EXACT"}'), /asks for 0 transparency logs/u],
    ['no selector', logs(ONE, '{}'), /not how many of them to use/u],
    ['an unknown selector', logs(ONE, '{"selector":"SOME"}'), /SOME/u],
    [
      'all logs of two operators',
      logs(`${ONE},${ONE.replace('"a"', '"b"')}`, '{"selector":"ALL"}'),
      /asks for 2 transparency logs/u,
    ],
    ['a log and none that is named', logs('', '{"selector":"ANY"}'), /names none/u],
    [
      'a log that is not valid yet',
      logs(service('one', '2030-01-01T00:00:00Z'), '{"selector":"ANY"}'),
      /none of its transparency logs is valid now/u,
    ],
    [
      'an instant that cannot be read',
      logs(service('one', 'yesterday'), '{"selector":"ANY"}'),
      /none of its transparency logs is valid now/u,
    ],
    [
      'a version that is not known',
      logs(ONE.replace('Version":1', 'Version":3'), '{"selector":"ANY"}'),
      /interface of the versions 2 and 1/u,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
