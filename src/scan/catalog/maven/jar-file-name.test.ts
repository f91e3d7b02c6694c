import { describe, expect, it } from 'vitest';

import { readJarFileName } from './jar-file-name.ts';

describe('the file name of an archive', () => {
  it.each([
    ['/lib/commons-text-1.9.jar', 'commons-text', '1.9'],
    ['/lib/guava-32.0.1-jre.jar', 'guava', '32.0.1-jre'],
    ['/lib/log4j-1.2-api-2.17.1.jar', 'log4j-1.2-api', '2.17.1'],
    [
      '/lib/netty-transport-native-epoll-4.1.94.Final-linux-x86_64.jar',
      'netty-transport-native-epoll',
      '4.1.94.Final',
    ],
    ['/lib/foo-1.0-20200101.120000-1.jar', 'foo', '1.0-20200101.120000-1'],
    ['/lib/bar-2.0-SNAPSHOT-sources.jar', 'bar', '2.0-SNAPSHOT'],
    [
      '/lib/org.eclipse.core.runtime_3.20.0.v20210111.jar',
      'org.eclipse.core.runtime',
      '3.20.0.v20210111',
    ],
    ['/lib/spring3-core-3.x.jar', 'spring3-core-3.x', undefined],
    ['/app/app.jar', 'app', undefined],
    ['/app.jar!/BOOT-INF/lib/x-1.jar', 'x', '1'],
    ['/lib/mp3-player.jar', 'mp3-player', undefined],
  ])('%s', (path, stem, version) => {
    expect(readJarFileName(path)).toEqual({ stem, ...(version !== undefined && { version }) });
  });
});
