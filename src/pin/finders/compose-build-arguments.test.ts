import { expect, it } from 'vitest';

import { compose } from './compose.ts';

it('reads a bounded number of Dockerfiles, and names the first build that is left', () => {
  const dockerfile = Buffer.from(`ARG BASE\nFROM $BASE\n#${'x'.repeat(2 ** 20)}\n`);
  const services = Array.from(
    { length: 20 },
    (_, at) => `  s${at}: {build: {args: {BASE: "a:${at}"}}}\n`,
  );
  const bytes = Buffer.from(`services:\n${services.join('')}`);
  const { references, problems } = compose.find({
    path: 'compose.yaml',
    bytes,
    other: (path) => (path === 'Dockerfile' ? dockerfile : undefined),
  });
  expect(references.map(({ value }) => value)).toEqual(
    Array.from({ length: 15 }, (_, at) => `a:${at}`),
  );
  expect(problems).toMatchObject([{ line: 17 }]);
});
