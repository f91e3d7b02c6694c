import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { imageOf } from '../../../../test/support/detected.ts';
import type { BuildStep } from '../../../core/model/artifact/image-configuration.ts';
import type { ImageExample } from '../rule.ts';
import { imageConfiguration } from './configuration.ts';

/** What is reported about an image: rule, layer and instruction. */
function found(example: ImageExample): readonly string[] {
  return imageConfiguration
    .detect(imageOf(example))
    .map(({ rule, location, instruction }) =>
      [rule, location.layer, ...(instruction === undefined ? [] : [instruction])].join(' '),
    );
}

function steps(...commands: readonly string[]): readonly BuildStep[] {
  return commands.map((createdBy, layer) => ({ createdBy, layer }));
}

describe('the user of an image', () => {
  it.each([
    ['none', '', true],
    ['root by name', 'root', true],
    ['root by number', '0', true],
    ['root with a group', '0:1000', true],
    ['root with leading zeros', '000', true],
    ['root by name with a group', 'root:app', true],
    ['a number', '65532', false],
    ['a number that begins with zero', '01000', false],
    ['a name', 'app', false],
    ['a name that begins like root', 'rootless', false],
    ['a user in the group of root', '1001:0', false],
  ])('%s', (_name, user, isReported) => {
    expect(found({ user })).toEqual(isReported ? ['image/root-user 0'] : []);
  });

  it('names the instruction and layer that set it', () => {
    const history = steps(
      'ADD file:abc in / ',
      '/bin/sh -c #(nop)  USER app',
      'RUN /bin/sh -c make # buildkit',
      'USER root',
    );
    expect(found({ user: 'root', history })).toEqual(['image/root-user 3 USER root']);
  });

  it('is not judged for Windows', () => {
    expect(imageConfiguration.detect({ ...imageOf({ user: '' }), os: 'windows' })).toEqual([]);
  });
});

describe('ports and health checks', () => {
  it.each([
    ['a service with a health check', ['8080/tcp'], true, []],
    ['a service without one', ['8080/tcp'], false, ['image/no-health-check']],
    ['no service', [], false, []],
    ['SSH', ['22/tcp'], true, ['image/administration-port']],
    ['SSH without protocol', ['22'], true, ['image/administration-port']],
    ['Docker without TLS', ['2375/tcp'], true, ['image/administration-port']],
    [
      'two of them',
      ['22/tcp', '5900/tcp'],
      true,
      ['image/administration-port', 'image/administration-port'],
    ],
    ['a port that begins like SSH', ['2222/tcp', '220/tcp'], true, []],
    ['the same number for datagrams', ['22/udp'], true, []],
    ['words', ['ssh', ''], true, []],
  ] as const)('%s', (_name, exposedPorts, hasHealthCheck, expected) => {
    const drafts = imageConfiguration.detect(imageOf({ exposedPorts, hasHealthCheck }));
    expect(drafts.map(({ rule }) => rule)).toEqual(expected);
  });

  it.each([
    ['BuildKit', 'EXPOSE map[22/tcp:{}]'],
    ['the older builder of docker', '/bin/sh -c #(nop)  EXPOSE 22'],
    ['buildah', '/bin/sh -c #(nop) EXPOSE 80 22/tcp'],
  ])('names the instruction as %s writes it', (_name, createdBy) => {
    const history = [...steps('ADD x', createdBy), { createdBy: 'EXPOSE 2222', layer: 2 }];
    const [draft] = imageConfiguration.detect(
      imageOf({ exposedPorts: ['22/tcp', '2222/tcp'], hasHealthCheck: true, history }),
    );
    expect(draft?.location.layer).toBe(1);
    expect(draft?.instruction).toMatch(/^EXPOSE .*22/);
  });

  it('names HEALTHCHECK NONE', () => {
    const history = steps('EXPOSE map[80/tcp:{}]', 'HEALTHCHECK NONE');
    expect(found({ exposedPorts: ['80/tcp'], history })).toEqual([
      'image/no-health-check 1 HEALTHCHECK NONE',
    ]);
  });
});

describe('secrets by name', () => {
  it.each([
    'DB_PASSWORD=correct-horse',
    'PGPASSWORD=correct-horse',
    'MYSQL_PWD=correct-horse',
    'GITHUB_TOKEN=ghp_0123456789',
    'AWS_SECRET_ACCESS_KEY=/abc+def',
    'API_KEY=0123456789',
    'apiKey=0123456789',
    'clientSecret=0123456789',
    'SECRET_KEY_BASE=0123456789',
    'SSH_PASSPHRASE="correct horse"',
    'spring.datasource.password=correct-horse',
    'DATABASE_URL=postgres://app:correct-horse@db:5432/app',
    'HTTP_PROXY=http://user:pass@proxy.example:3128',
    'DOCKER_AUTH_CONFIG={"auths":{}}',
  ])('%s', (variable) => {
    const [draft, ...others] = imageConfiguration.detect(imageOf({ env: [variable] }));
    expect(draft?.rule).toBe('image/secret-variable');
    expect(draft?.excerpt).toBe(`${variable.split('=')[0] ?? ''}=***`);
    expect(JSON.stringify(draft)).not.toContain(variable.slice(variable.indexOf('=') + 1));
    expect(others).toEqual([]);
  });

  it.each([
    'PATH=/usr/bin',
    'PWD=/srv',
    'OLDPWD=/srv',
    'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
    'DB_PASSWORD=',
    'DB_PASSWORD',
    'DB_PASSWORD_FILE=/run/secrets/db',
    'DB_PASSWORD=/run/secrets/db',
    'DB_PASSWORD=$DB_PASSWORD',
    'DB_PASSWORD=${DB_PASSWORD:-}',
    'MYSQL_ALLOW_EMPTY_PASSWORD=yes',
    'MYSQL_RANDOM_ROOT_PASSWORD=1',
    'PASSWORD_MIN_LENGTH=12',
    'TOKEN_TTL=3600',
    'TOKENIZER=fast',
    'COMPASS=north',
    'SSH_ASKPASS=/usr/bin/ask',
    'API_KEY=<your key>',
    'API_KEY=********',
    'JAVA_PUBLIC_KEY=abcdef',
    'HOMEPAGE=https://example.org/a:b@c',
    'DATABASE_URL=postgres://app:$PASSWORD@db/app',
    'KEYBOARD=de',
    '=x',
    '',
  ])('not %s', (variable) => {
    expect(found({ env: [variable] })).toEqual([]);
  });

  it('names the last ENV instruction of a variable, with its value masked', () => {
    const history = steps(
      'ENV API_TOKEN=old-value',
      '/bin/sh -c #(nop)  ENV A=1 API_TOKEN="a value" MODE=fast',
      'ENV OTHER_API_TOKEN=x',
    );
    expect(found({ env: ['API_TOKEN=a value'], history })).toEqual([
      'image/secret-variable 1 ENV A=1 API_TOKEN=*** MODE=fast',
    ]);
  });

  it.each([
    ['BuildKit', 'RUN |2 NPM_TOKEN=s3cr3t VERSION=1 /bin/sh -c npm ci # buildkit'],
    ['the older builder of docker', '|2 VERSION=1 NPM_TOKEN=s3cr3t /bin/sh -c npm ci'],
    ['another shell', 'RUN |1 NPM_TOKEN=s3cr3t /usr/bin/bash -eo pipefail -c npm ci # buildkit'],
    ['a default', 'ARG NPM_TOKEN=s3cr3t'],
    ['a default of the older builder', '/bin/sh -c #(nop)  ARG NPM_TOKEN=s3cr3t'],
  ])('build argument as of %s', (_name, createdBy) => {
    const drafts = imageConfiguration.detect(
      imageOf({ history: steps('ADD x', createdBy, createdBy) }),
    );
    expect(drafts.map(({ rule, location: { layer } }) => [rule, layer])).toEqual([
      ['image/secret-variable', 1],
    ]);
    expect(JSON.stringify(drafts)).not.toContain('s3cr3t');
    expect(drafts[0]?.excerpt).toBe('NPM_TOKEN=***');
  });

  it.each([
    ['an argument without a default', 'ARG NPM_TOKEN'],
    ['another argument', '|1 VERSION=1 /bin/sh -c make TOKEN=x'],
    ['a mounted secret', 'RUN /bin/sh -c npm ci # buildkit'],
  ])('no build argument: %s', (_name, createdBy) => {
    expect(found({ history: steps(createdBy) })).toEqual([]);
  });

  it('keeps variables and arguments of one name apart', () => {
    const drafts = imageConfiguration.detect(
      imageOf({ env: ['NPM_TOKEN=a-value'], history: steps('ARG NPM_TOKEN=a-value') }),
    );
    expect(new Set(drafts.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('masks secrets in the instructions of other findings, and passwords of addresses', () => {
    const history = steps(
      'USER root',
      'EXPOSE 80 # DB_PASSWORD=hunter2 https://user:hunter2@example.org/',
    );
    const drafts = imageConfiguration.detect(
      imageOf({ user: 'root', exposedPorts: ['80'], history }),
    );
    expect(drafts).toHaveLength(2);
    expect(JSON.stringify(drafts)).not.toContain('hunter2');
  });
});

describe('tags', () => {
  it.each([
    ['latest alone', ['app:latest'], true],
    ['latest of two repositories', ['app:latest', 'example.org/app:latest'], true],
    ['a bare latest', ['latest'], true],
    ['a version beside it', ['app:latest', 'app:1.2'], false],
    ['no tag', [], false],
    ['a tag that ends like it', ['app:1-latest'], false],
  ])('%s', (_name, tags, isReported) => {
    expect(found({ tags })).toEqual(isReported ? ['image/latest-tag 0'] : []);
  });
});

it('reads a hostile history in little time', () => {
  const long = `|1 ${'A_TOKEN='.repeat(20_000)} /bin/sh ${'-c'.repeat(20_000)}`;
  const history = [
    ...steps(long, `ENV ${'x'.repeat(200_000)}`, `RUN ${'"'.repeat(100_000)}`),
    ...Array.from({ length: 50_000 }, () => ({ createdBy: 'ENV B_TOKEN=x', layer: 0 })),
  ];
  const env = Array.from({ length: 50_000 }, (_, index) => `V${index}_TOKEN=x1`);
  const cpuMs = startCpuClock();
  expect(imageConfiguration.detect(imageOf({ env, history })).length).toBeGreaterThan(50_000);
  expect(cpuMs()).toBeLessThan(5000);
});
