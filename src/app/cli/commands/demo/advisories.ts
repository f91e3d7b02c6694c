/**
 * Advisories for the demonstration: some sixty well-known ones, written by hand in our own words as
 * OSV records. They are labelled (`database_specific.assay_demo`), live in the demonstration's own
 * folder, and are never used for real scans. A test compares ids, packages, ranges and severities
 * with the published feeds where those are at hand.
 *
 * Source: OSV schema 1.7 (ossf.github.io/osv-schema) for the form; the facts are those of the
 * publishers named by each id.
 */

/**
 * Aliases are separated by blanks; ranges are `introduced fixed`, separated by bars; severity is a
 * vector or a word.
 */
type Row = readonly [
  id: string,
  aliases: string,
  name: string,
  ranges: string,
  severity: string,
  published: string,
  summary: string,
];

// prettier-ignore
const NPM: readonly Row[] = [
  ['GHSA-jf85-cpcp-j695', 'CVE-2019-10744', 'lodash', '0 4.17.12', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H', '2019-07-25', 'defaultsDeep lets input change the prototype of all objects'],
  ['GHSA-p6mc-m468-83gw', 'CVE-2020-8203', 'lodash', '3.7.0 4.17.19', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:H', '2020-07-15', 'zipObjectDeep lets input change the prototype of all objects'],
  ['GHSA-29mw-wpgm-hmr9', 'CVE-2020-28500', 'lodash', '4.0.0 4.17.21', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L', '2021-02-15', 'trim and toNumber take very long on crafted blanks'],
  ['GHSA-4xc9-xhrj-v574', 'CVE-2018-16487', 'lodash', '0 4.17.11', 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2019-02-01', 'merge lets input change the prototype of all objects'],
  ['GHSA-xvch-5gv4-984h', 'CVE-2021-44906', 'minimist', '0 1.2.6', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2022-03-17', 'Command-line arguments can change the prototype of all objects'],
  ['CVE-2020-7598', '', 'minimist', '0 1.2.2', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L', '2020-03-11', 'An argument named __proto__ changes the prototype of all objects'],
  ['GHSA-cph5-m8f7-6c5x', 'CVE-2021-3749', 'axios', '0 0.21.2', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2021-08-31', 'Trimming a crafted header takes very long'],
  ['GHSA-4w2v-q235-vp99', 'CVE-2020-28168', 'axios', '0 0.21.1', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N', '2020-11-06', 'A redirect leads around the proxy that should guard requests'],
  ['GHSA-wf5p-g6vw-rhxx', 'CVE-2023-45857', 'axios', '0.8.1 1.6.0', 'MODERATE', '2023-11-08', 'The anti-forgery token is sent to foreign hosts'],
  ['GHSA-rv95-896h-c2vc', 'CVE-2024-29041', 'express', '0 4.19.2|5.0.0-alpha.1 5.0.0-beta.3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', '2024-03-25', 'Malformed addresses pass the allow list of redirects'],
  ['GHSA-qw6h-vgh9-j6wx', 'CVE-2024-43796', 'express', '0 4.20.0|5.0.0-alpha.1 5.0.0', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:L', '2024-09-10', 'response.redirect writes unchecked text into a page'],
  ['GHSA-qwcr-r2fm-qrc7', 'CVE-2024-45590', 'body-parser', '0 1.20.3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2024-09-10', 'Crafted form bodies keep the process busy'],
  ['GHSA-9wv6-86v2-598j', 'CVE-2024-45296', 'path-to-regexp', '0 0.1.10|0.2.0 1.9.0|2.0.0 3.3.0|4.0.0 6.3.0|7.0.0 8.0.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2024-09-09', 'Routes with two parameters become expressions that backtrack'],
  ['GHSA-hrpp-h998-j3pp', 'CVE-2022-24999', 'qs', '0 6.2.4|6.3.0 6.3.3|6.4.0 6.4.1|6.5.0 6.5.3|6.6.0 6.6.1|6.7.0 6.7.3|6.8.0 6.8.3|6.9.0 6.9.7|6.10.0 6.10.3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2022-11-27', 'A query key named __proto__ hangs the process'],
  ['GHSA-8hfj-j24r-96c4', 'CVE-2022-24785', 'moment', '0 2.29.2', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N', '2022-04-04', 'A locale name can point to files outside the locale folder'],
  ['GHSA-wc69-rhjr-hc9g', 'CVE-2022-31129', 'moment', '2.18.0 2.29.4', 'HIGH', '2022-07-06', 'Parsing long date strings takes quadratic time'],
  ['GHSA-w457-6q6x-cgp9', 'CVE-2019-19919', 'handlebars', '0 3.0.8|4.0.0 4.3.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2019-12-20', 'A template can change object properties and run code'],
  ['GHSA-f2jv-r9rf-7988', 'CVE-2021-23369', 'handlebars', '0 4.7.7', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2021-04-12', 'Templates from strangers run code with some compile options'],
  ['GHSA-wxgw-qj99-44c2', 'CVE-2020-7720 GMS-2022-68', 'node-forge', '0 0.10.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L', '2022-01-08', 'util.setPath lets input change the prototype of all objects'],
  ['GHSA-3jfq-g458-7qm9', 'CVE-2021-32804', 'tar', '0 3.2.2|4.0.0 4.4.14|5.0.0 5.0.6|6.0.0 6.1.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:H', '2021-08-03', 'Absolute paths in an archive escape the target folder'],
  ['GHSA-r628-mhmh-qjhw', 'CVE-2021-32803', 'tar', '0 3.2.3|4.0.0 4.4.15|5.0.0 5.0.7|6.0.0 6.1.2', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:H', '2021-08-03', 'A link in an archive leads files outside the target folder'],
  ['GHSA-3h5v-q93c-6h6q', 'CVE-2024-37890', 'ws', '2.1.0 5.2.4|6.0.0 6.2.3|7.0.0 7.5.10|8.0.0 8.17.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2024-06-17', 'A request with very many headers ends the server'],
  ['GHSA-pjwm-rvh2-c87w', 'CVE-2021-4229', 'ua-parser-js', '0.7.29 0.7.30|0.8.0 0.8.1|1.0.0 1.0.1', 'CRITICAL', '2021-10-22', 'Hijacked releases carry a miner and a password thief'],
  ['CVE-2020-7660', '', 'serialize-javascript', '0 3.1.0', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H', '2020-06-01', 'Crafted values break out of the serialised text and run'],
  ['GHSA-f82v-jwr5-mffw', 'CVE-2025-29927', 'next', '12.0.0 12.3.5|13.0.0 13.5.9|14.0.0 14.2.25|15.0.0 15.2.3', 'HIGH', '2025-03-21', 'A request header skips the middleware that checks access'],
  ['GHSA-9c47-m6qq-7p4h', 'CVE-2022-46175', 'json5', '0 1.0.2|2.0.0 2.2.2', 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:L/A:H', '2022-12-29', 'A key named __proto__ sets the prototype of the result'],
  ['GHSA-c2qf-rxjj-qqgw', 'CVE-2022-25883', 'semver', '0 5.7.2|6.0.0 6.3.1|7.0.0 7.5.2', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L', '2023-06-21', 'Ranges with long blanks take very long to parse'],
  ['GHSA-pw2r-vq6v-hr8c', 'CVE-2022-0536', 'follow-redirects', '0 1.14.8', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N', '2022-02-10', 'Credentials follow a redirect to a weaker protocol'],
  ['CVE-2021-3807', '', 'ansi-regex', '3.0.0 5.0.1|6.0.0 6.0.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2021-09-17', 'Crafted terminal sequences take very long to match'],
  ['CVE-2021-3918', '', 'json-schema', '0 0.4.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2021-11-13', 'A schema can change the prototype of all objects'],
  ['GHSA-72xf-g2v4-qvf3', 'CVE-2023-26136', 'tough-cookie', '0 4.1.3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N', '2023-07-01', 'A cookie for the domain __proto__ changes all objects'],
];

// prettier-ignore
const PYPI: readonly Row[] = [
  ['PYSEC-2018-28', 'CVE-2018-18074 GHSA-x84v-xcm2-53pg', 'requests', '0 2.20.0', 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2018-10-09', 'Credentials follow a redirect from https to http'],
  ['PYSEC-2020-96', 'CVE-2020-1747 GHSA-6757-jp84-gxfx', 'pyyaml', '5.1 5.3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2020-03-24', 'full_load runs code from a document'],
  ['PYSEC-2021-142', 'CVE-2020-14343 GHSA-8q59-q68h-6hv4', 'pyyaml', '0 5.4', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2021-02-09', 'The earlier fix of full_load can be passed'],
  ['PYSEC-2021-66', 'CVE-2020-28493 GHSA-g3rq-g295-4j3m', 'jinja2', '0 2.11.3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L', '2021-02-01', 'The urlize filter takes very long on crafted text'],
  ['PYSEC-2022-190', 'CVE-2022-28346 GHSA-2gwj-7jmv-h26r', 'django', '2.2 2.2.28|3.2 3.2.13|4.0 4.0.4', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2022-04-12', 'Column aliases from a dictionary reach the SQL text'],
  ['PYSEC-2022-10', 'CVE-2022-22817 GHSA-8vj2-vxx3-667w', 'pillow', '0 9.0.0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2022-01-10', 'ImageMath evaluates expressions as Python code'],
  ['PYSEC-2023-192', 'CVE-2023-43804 GHSA-v845-jxx5-vc9f', 'urllib3', '0 1.26.17|2.0.0 2.0.6', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N', '2023-10-04', 'The Cookie header follows a redirect to another host'],
];

// prettier-ignore
const DEBIAN_12: readonly Row[] = [
  ['DEBIAN-CVE-2023-5363', 'CVE-2023-5363', 'openssl', '0 3.0.11-1~deb12u2', '', '2023-10-25', 'Key and IV lengths are applied too late for some ciphers'],
  ['DEBIAN-CVE-2024-5535', 'CVE-2024-5535', 'openssl', '0 3.0.15-1~deb12u1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H', '2024-06-27', 'An empty protocol list makes a client read past its buffer'],
  ['DEBIAN-CVE-2023-4911', 'CVE-2023-4911', 'glibc', '0 2.36-9+deb12u3', '', '2023-10-03', 'Looney Tunables: an environment variable overflows the loader and gives root'],
  ['DEBIAN-CVE-2023-6246', 'CVE-2023-6246', 'glibc', '0 2.36-9+deb12u4', 'CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2024-01-31', 'A long program name overflows syslog and gives root'],
  ['DEBIAN-CVE-2024-2961', 'CVE-2024-2961', 'glibc', '0 2.36-9+deb12u6', 'CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:H', '2024-04-17', 'iconv writes past its buffer for one Chinese character set'],
  ['DEBIAN-CVE-2023-38545', 'CVE-2023-38545', 'curl', '0 7.88.1-10+deb12u4', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', '2023-10-18', 'A long host name overflows the SOCKS5 handshake'],
  ['DEBIAN-CVE-2023-38546', 'CVE-2023-38546', 'curl', '0 7.88.1-10+deb12u4', '', '2023-10-18', 'Cookies can be planted into a running program'],
  ['DEBIAN-CVE-2024-2398', 'CVE-2024-2398', 'curl', '0 7.88.1-10+deb12u6', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:L', '2024-03-27', 'Pushed headers over a limit leak memory'],
  ['DEBIAN-CVE-2023-38408', 'CVE-2023-38408', 'openssh', '0 1:9.2p1-2+deb12u1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2023-07-20', 'A forwarded agent loads libraries that a server chooses'],
  ['DEBIAN-CVE-2023-48795', 'CVE-2023-48795', 'openssh', '0 1:9.2p1-2+deb12u2', '', '2023-12-18', 'Terrapin: a man in the middle drops messages of the handshake'],
  ['DEBIAN-CVE-2023-45853', 'CVE-2023-45853', 'zlib', '0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', '2023-10-14', 'Long file names overflow MiniZip'],
  ['DEBIAN-CVE-2024-45490', 'CVE-2024-45490', 'expat', '0 2.5.0-1+deb12u1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '2024-08-30', 'A negative length is accepted by XML_ParseBuffer'],
  ['DEBIAN-CVE-2023-4863', 'CVE-2023-4863', 'libwebp', '0 1.2.4-0.2+deb12u1', '', '2023-09-12', 'A crafted picture overflows the heap'],
  ['DEBIAN-CVE-2023-44487', 'CVE-2023-44487', 'nghttp2', '0 1.52.0-1+deb12u1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', '2023-10-10', 'Rapid Reset: opened and cancelled streams exhaust a server'],
  ['DEBIAN-CVE-2024-32002', 'CVE-2024-32002', 'git', '0 1:2.39.5-0+deb12u1', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H', '2024-05-14', 'Cloning a repository with crafted submodules runs its code'],
  ['DEBIAN-CVE-2024-28085', 'CVE-2024-28085', 'util-linux', '0 2.38.1-5+deb12u1', 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:L/A:N', '2024-03-27', 'wall sends control sequences to other terminals'],
  ['DEBIAN-CVE-2024-37370', 'CVE-2024-37370', 'krb5', '0 1.20.1-2+deb12u2', '', '2024-06-28', 'A message token can be cut without notice'],
];

// prettier-ignore
const ALPINE_3_19: readonly Row[] = [
  ['ALPINE-CVE-2023-5363', 'CVE-2023-5363', 'openssl', '0 3.1.4-r0', '', '2023-10-25', 'Key and IV lengths are applied too late for some ciphers'],
  ['ALPINE-CVE-2023-6129', 'CVE-2023-6129', 'openssl', '0 3.1.4-r3', '', '2024-01-09', 'POLY1305 damages registers on some processors'],
  ['ALPINE-CVE-2024-4603', 'CVE-2024-4603', 'openssl', '0 3.1.5-r0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L', '2024-05-16', 'Checking very long DSA keys takes very long'],
  ['ALPINE-CVE-2024-5535', 'CVE-2024-5535', 'openssl', '0 3.1.6-r0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H', '2024-06-27', 'An empty protocol list makes a client read past its buffer'],
  ['ALPINE-CVE-2024-6119', 'CVE-2024-6119', 'openssl', '0 3.1.7-r0', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', '2024-09-03', 'Checking a certificate name reads an invalid address'],
  ['ALPINE-CVE-2022-48174', 'CVE-2022-48174', 'busybox', '0 1.36.1-r2', '', '2023-08-22', 'A crafted arithmetic expression overflows the shell'],
];

/** One record in OSV form. */
export interface DemoAdvisory {
  readonly schema_version: string;
  readonly id: string;
  readonly published: string;
  readonly modified: string;
  readonly summary: string;
  /** Other names of the same; distributions say that they repackage an upstream's. */
  readonly aliases?: readonly string[];
  readonly upstream?: readonly string[];
  readonly severity?: readonly { readonly type: string; readonly score: string }[];
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly type: string; readonly events: readonly RangeEvent[] }[];
  }[];
  readonly database_specific: { readonly assay_demo: true; readonly severity?: string };
}

interface RangeEvent {
  readonly introduced?: string;
  readonly fixed?: string;
}

/** Returns the records; each call makes new objects. */
export function demoAdvisories(): readonly DemoAdvisory[] {
  return [
    ...NPM.map((row) => osvRecord(row, 'npm', 'SEMVER')),
    ...PYPI.map((row) => osvRecord(row, 'PyPI', 'ECOSYSTEM')),
    ...DEBIAN_12.map((row) => osvRecord(row, 'Debian:12', 'ECOSYSTEM')),
    ...ALPINE_3_19.map((row) => osvRecord(row, 'Alpine:v3.19', 'ECOSYSTEM')),
  ];
}

function osvRecord(row: Row, ecosystem: string, rangeType: 'SEMVER' | 'ECOSYSTEM'): DemoAdvisory {
  const [id, aliases, name, ranges, severity, published, summary] = row;
  const others = aliases === '' ? [] : aliases.split(' ');
  const isVector = severity.startsWith('CVSS:');
  return {
    schema_version: '1.7.0',
    id,
    published: `${published}T00:00:00Z`,
    modified: `${published}T00:00:00Z`,
    ...(rangeType === 'ECOSYSTEM' && ecosystem !== 'PyPI'
      ? { upstream: others }
      : { aliases: others }),
    summary,
    ...(isVector ? { severity: [{ type: 'CVSS_V3', score: severity }] } : {}),
    affected: [
      { package: { ecosystem, name }, ranges: [{ type: rangeType, events: events(ranges) }] },
    ],
    database_specific: {
      assay_demo: true,
      ...(isVector || severity === '' ? {} : { severity }),
    },
  };
}

function events(ranges: string): readonly RangeEvent[] {
  return ranges.split('|').flatMap((range) => {
    const [introduced = '0', fixed] = range.split(' ');
    return fixed === undefined ? [{ introduced }] : [{ introduced }, { fixed }];
  });
}
