import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { sbomDocument } from './document.ts';

/** What a document with this one component lists, and its gaps. */
async function read(
  purl: string,
  component: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', purl, ...component }],
  };
  const { packages, diagnostics = [] } = await readCatalog(
    sbomDocument,
    '/a.cdx.json',
    JSON.stringify(document),
  );
  const listed = packages.map(
    ({ ecosystem, name, version, source }) =>
      `${ecosystem ?? ''} ${name} ${version}${source === undefined ? '' : ` of ${source.name} ${source.version}`}`,
  );
  const gaps = diagnostics.filter(({ gap }) => gap !== undefined).map(() => 'gap');
  return [...listed, ...gaps].join(', ');
}

/**
 * Package URLs in the forms that syft, trivy and cdxgen write, and those of the registered
 * definitions (package-url, `types/*-definition.json`).
 */
const FORMS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  gem: [
    ['pkg:gem/nokogiri@1.13.2-x86_64-linux', 'rubygems nokogiri 1.13.2'],
    ['pkg:gem/nokogiri@1.13.2-java', 'rubygems nokogiri 1.13.2'],
    ['pkg:gem/nokogiri@1.18.2-arm64-darwin-23', 'rubygems nokogiri 1.18.2'],
    ['pkg:gem/ffi@1.15.5-x64-mingw-ucrt', 'rubygems ffi 1.15.5'],
    ['pkg:gem/sass-embedded@1.70.0-aarch64-linux-musl', 'rubygems sass-embedded 1.70.0'],
    ['pkg:gem/google-protobuf@4.0.0.rc.2-x86_64-linux-gnu', 'rubygems google-protobuf 4.0.0.rc.2'],
    ['pkg:gem/nokogiri@1.13.2?platform=x86_64-linux', 'rubygems nokogiri 1.13.2'],
    ['pkg:gem/rails@7.0.0-beta1', 'rubygems rails 7.0.0-beta1'],
    ['pkg:gem/a@1.0-java?platform=java', 'rubygems a 1.0'],
  ],
  golang: [
    [
      'pkg:golang/github.com/docker/docker@v20.10.7%2Bincompatible',
      'go github.com/docker/docker v20.10.7+incompatible',
    ],
    [
      'pkg:golang/github.com/docker/docker@v20.10.7+incompatible',
      'go github.com/docker/docker v20.10.7+incompatible',
    ],
    ['pkg:golang/github.com/jackc/pgx@v4.10.0#v4', 'go github.com/jackc/pgx/v4 v4.10.0'],
    ['pkg:golang/github.com/jackc/pgx/v4@v4.10.0', 'go github.com/jackc/pgx/v4 v4.10.0'],
    ['pkg:golang/github.com/a/b@v1.0.0#v4', 'go github.com/a/b v1.0.0'],
    ['pkg:golang/github.com/a/b@v1.0.0#cmd/tool', 'go github.com/a/b v1.0.0'],
    ['pkg:golang/stdlib@1.21.0', 'go stdlib 1.21.0'],
    ['pkg:golang/golang.org%2Fx%2Fnet@v0.1.0', 'go golang.org/x/net v0.1.0'],
    ['pkg:golang/gopkg.in/yaml.v2@v2.4.0', 'go gopkg.in/yaml.v2 v2.4.0'],
  ],
  npm: [
    ['pkg:npm/%40babel/core@7.1.0', 'npm @babel/core 7.1.0'],
    ['pkg:npm/@babel/core@7.1.0', 'npm @babel/core 7.1.0'],
    [
      'pkg:npm/lodash@4.17.20?vcs_url=git%2Bhttps%3A%2F%2Fgithub.com%2Flodash%2Flodash.git',
      'npm lodash 4.17.20',
    ],
  ],
  pypi: [
    ['pkg:pypi/Django_Foo@1.0', 'pypi django-foo 1.0'],
    ['pkg:pypi/zope.interface@5.4', 'pypi zope-interface 5.4'],
    ['pkg:pypi/torch@2.0.1%2Bcu118', 'pypi torch 2.0.1+cu118'],
  ],
  maven: [
    ['pkg:maven/org.a/b@1.0?type=jar', 'maven org.a:b 1.0'],
    ['pkg:maven/org.a/b@1.0?classifier=sources&type=war', 'maven org.a:b 1.0'],
    ['pkg:maven/org.a/b@1.0.Final?file_path=x%2Fb.jar', 'maven org.a:b 1.0.Final'],
  ],
  swift: [
    ['pkg:swift/github.com/apple/swift-nio@2.41.1', 'swift github.com/apple/swift-nio 2.41.1'],
    [
      'pkg:swift/github.com/apple/swift-nio.git/swift-nio@2.41.1',
      'swift github.com/apple/swift-nio 2.41.1',
    ],
    [
      'pkg:swift/github.com/apple/swift-nio/swift-nio@2.41.1',
      'swift github.com/apple/swift-nio 2.41.1',
    ],
    ['pkg:swift/github.com/apple/swift-nio.git@2.41.1', 'swift github.com/apple/swift-nio 2.41.1'],
    ['pkg:swift/github.com/vapor/vapor@4.0.0', 'swift github.com/vapor/vapor 4.0.0'],
  ],
  conan: [
    ['pkg:conan/openssl@3.0.3?channel=stable&user=bincrafters', 'conan openssl 3.0.3'],
    ['pkg:conan/openssl.org/openssl@3.0.3?channel=stable&user=bincrafters', 'conan openssl 3.0.3'],
    ['pkg:conan/zlib@1.2.11?rrev=ffa77daf83a57094149707928bdce823', 'conan zlib 1.2.11'],
  ],
  other: [
    ['pkg:composer/symfony/http-kernel@v5.4.1', 'packagist symfony/http-kernel v5.4.1'],
    ['pkg:composer/Symfony/Http-Kernel@5.4.1', 'packagist symfony/http-kernel 5.4.1'],
    ['pkg:nuget/Newtonsoft.Json@12.0.1', 'nuget Newtonsoft.Json 12.0.1'],
    ['pkg:cargo/rand@0.7.2?checksum=sha256%3Aabc', 'cargo rand 0.7.2'],
    ['pkg:hex/phoenix@1.7.0', 'hex phoenix 1.7.0'],
    ['pkg:hex/acme/foo@1.0.0?repository_url=https:%2F%2Fhex.pm', 'hex acme/foo 1.0.0'],
    ['pkg:pub/http@0.13.0', 'pub http 0.13.0'],
    ['pkg:bitnami/redis@7.0.1-4?arch=amd64&distro=debian-12', 'bitnami redis 7.0.1-4'],
    ['pkg:wordpress-plugin/akismet@5.0', 'wordpress akismet 5.0'],
    ['pkg:cocoapods/Firebase%2FAnalytics@8.0.0', 'cocoapods Firebase/Analytics 8.0.0'],
    ['pkg:cocoapods/GoogleUtilities@7.5.2#NSData+zlib', 'cocoapods GoogleUtilities 7.5.2'],
    ['pkg:oci/nginx@sha256%3Aabc?arch=amd64', 'gap'],
    ['pkg:generic/firmware@1.0?download_url=https%3A%2F%2Fexample.test%2Fa', 'gap'],
    ['pkg:github/acme/library@v1.0', 'gap'],
  ],
  systems: [
    [
      'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl',
      'debian libssl3 3.0.11-1~deb12u2 of openssl 3.0.11-1~deb12u2',
    ],
    [
      'pkg:deb/debian/bsdutils@2.38.1-5?arch=amd64&distro=debian-12&epoch=1&upstream=util-linux%402.38.1-5',
      'debian bsdutils 1:2.38.1-5 of util-linux 2.38.1-5',
    ],
    [
      'pkg:apk/alpine/libcrypto3@3.1.4-r1?arch=x86_64&distro=alpine-3.18.4&upstream=openssl',
      'alpine libcrypto3 3.1.4-r1 of openssl 3.1.4-r1',
    ],
    [
      'pkg:rpm/redhat/openssl-libs@1.1.1k-9.el8_7?arch=x86_64&distro=rhel-8.9&epoch=1&upstream=openssl-1.1.1k-9.el8_7.src.rpm',
      'redhat openssl-libs 1:1.1.1k-9.el8_7 of openssl 1:1.1.1k-9.el8_7',
    ],
    [
      'pkg:rpm/photon/curl-libs@8.1.2-5.ph4?arch=x86_64&distro=photon-4.0&upstream=curl-8.1.2-5.ph4.src.rpm',
      'photon curl-libs 8.1.2-5.ph4 of curl 8.1.2-5.ph4',
    ],
    ['pkg:alpm/arch/openssl@1%3A3.1.4-1?arch=x86_64', 'arch openssl 1:3.1.4-1'],
  ],
};

describe.each(Object.entries(FORMS))('package URLs of other tools: %s', (_type, rows) => {
  it.each(rows)('%s is %s', async (purl, expected) => {
    expect(await read(purl)).toBe(expected);
  });
});

describe('package URLs with a component beside them', () => {
  it.each([
    [
      'a gem whose two versions both have the platform',
      'pkg:gem/nokogiri@1.13.2-x86_64-linux',
      { name: 'nokogiri', version: '1.13.2-x86_64-linux' },
      'rubygems nokogiri 1.13.2',
    ],
    [
      'a gem whose component has the platform',
      'pkg:gem/nokogiri@1.13.2',
      { name: 'nokogiri', version: '1.13.2-x86_64-linux' },
      'rubygems nokogiri 1.13.2',
    ],
    [
      'a Go module deeper than its repository',
      'pkg:golang/cloud.google.com/go/storage@v1.30.1#internal',
      { name: 'cloud.google.com/go/storage/internal', version: 'v1.30.1' },
      'go cloud.google.com/go/storage/internal v1.30.1',
    ],
    [
      'an action of a workflow',
      'pkg:github/actions/checkout@v3',
      {
        name: 'actions/checkout',
        version: 'v3',
        properties: [{ name: 'syft:package:type', value: 'github-action' }],
      },
      'githubactions actions/checkout v3',
    ],
  ])('%s', async (_case, purl, component, expected) => {
    expect(await read(purl, component)).toBe(expected);
  });
});
