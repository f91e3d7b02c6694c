import { describe, expect, it } from 'vitest';

import { readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { gradleVerification } from './gradle-verification.ts';

const PATH = '/app/gradle/verification-metadata.xml';
const SUM = 'a'.repeat(64);
const METADATA = `<?xml version="1.0" encoding="UTF-8"?>
<verification-metadata xmlns="https://schema.gradle.org/dependency-verification">
   <configuration><verify-metadata>true</verify-metadata></configuration>
   <components>
      <component group="org.apache.pdfbox" name="pdfbox" version="2.0.17">
         <artifact name="pdfbox-2.0.17.jar"><sha256 value="${SUM}" origin="x"/></artifact>
         <artifact name="pdfbox-2.0.17.pom"><sha256 value="${'b'.repeat(64)}"/></artifact>
      </component>
      <component group="org.apache" name="apache" version="13"/>
      <component group="org.apache" name="apache"/>
   </components>
</verification-metadata>
`;

describe('verification-metadata.xml', () => {
  it('lists components with the digests of their jars', async () => {
    const { packages, diagnostics } = await readCatalog(gradleVerification, PATH, METADATA);
    expect(packages).toEqual([
      {
        name: 'org.apache.pdfbox:pdfbox',
        version: '2.0.17',
        line: 5,
        digests: [`sha256:${SUM}`],
      },
      { name: 'org.apache:apache', version: '13', line: 9 },
    ]);
    expect(diagnostics?.map(({ gap, location }) => [gap, location?.line])).toEqual([
      ['unreadable', 10],
    ]);
  });

  it('is passed over where a lockfile says what is used', async () => {
    const files = {
      [PATH]: METADATA,
      '/app/gradle.lockfile': '# x\na.b:c:1.0=compileClasspath\nempty=\n',
    };
    const { packages, diagnostics } = await readAmong(gradleVerification, files);
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it.each(['', 'empty=\n', '# a:b:1.0\nempty=compileClasspath,runtimeClasspath\n'])(
    'is read beside a lockfile that pins nothing: %j',
    async (lock) => {
      const files = { [PATH]: METADATA, '/app/gradle.lockfile': lock };
      expect((await readAmong(gradleVerification, files)).packages).toHaveLength(2);
    },
  );

  it('survives hostile files', () => survivesHostileInput(gradleVerification, PATH, METADATA));
});
