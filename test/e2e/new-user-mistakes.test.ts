/**
 * Mistakes as new users make them. Each row says what the message must name: the value that is
 * wrong, and a way out. The golden file holds the messages as they are.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { describeMistakes, type Mistake } from '../support/mistakes.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

/** Writes the files that the lines name. */
function prepare(folder: string): void {
  const save = (name: string, body: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), body);
  };
  const platform = { os: 'linux', architecture: 'amd64' };
  const image = makeImage([[{ path: 'a', body: 'a' }]], { platform });
  save('app.tar', writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  save('app/package.json', '{"name":"app","version":"1.0.0","dependencies":{"minimist":"1.2.5"}}');
  save('app/package-lock.json', LOCK);
  save('bom.cdx.json', '{"bomFormat":"CycloneDX","specVersion":"1.5","version":1}');
  save('tabs.yaml', 'severity: HIGH\n\tfail-on: high\n');
  save('typo.yaml', 'severity: HIHG\n');
  save('words.txt', 'hello\n');
  save('bad.trust.yaml', 'version: 1\nkeys: nope\n');
  save('cut.json', '{"schemaVersion":1,');
}

const LOCK = JSON.stringify({
  name: 'app',
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', version: '1.0.0', dependencies: { minimist: '1.2.5' } },
    'node_modules/minimist': { version: '1.2.5' },
  },
});

const COMMANDS: readonly Mistake[] = [
  ['iamge app:1', 2, ['"iamge"', 'assay image ...']],
  ['filesytem app', 2, ['"filesytem"', 'assay filesystem']],
  ['scan app:1', 2, ['"scan"', 'assay image NAME', 'assay fs DIR']],
  ['help everything', 2, ['"everything"', 'assay --help']],
  ['db updat', 2, ['"assay db updat"', 'assay db update']],
  ['ignore', 2, ['assay ignore ACTION']],
  ['--severity HIGH', 2, ['no target', 'assay --help']],
  ['doctor app', 2, ['"app"', 'assay doctor --help']],
  ['clean layers', 2, ['"layers"', 'assay clean --help']],
  ['host /mnt', 2, ['"/mnt"', 'assay rootfs']],
];

const TARGETS: readonly Mistake[] = [
  ['image', 2, ['no image given', 'assay image python:3.12']],
  ['fs', 2, ['no path given', 'assay fs .']],
  ['fs app lib', 2, ['"lib"', 'a separate command']],
  ['fs ./ap', 3, ['"./ap"', '"./app"']],
  ['image app.tar', 3, ['"app.tar"', './app.tar']],
  ['image ./ap.tar', 3, ['"./ap.tar"', './app.tar']],
  [String.raw`image C:\images\app.tar`, 3, ['app.tar', './app.tar']],
  ['image https://hub.docker.com/_/python', 2, ['hub.docker.com/_/python', '"python"']],
  ['image python:3.12:slim', 2, ['python:3.12:slim', 'debian:12']],
  ['image python@3.12', 2, ['python@3.12', '"python:3.12"']],
  ['image --input app', 3, ['"app"', 'assay fs DIR']],
  ['image --input none.tar', 3, ['"none.tar"', 'docker save -o FILE IMAGE']],
  ['image --input app.tar --platform linux/arm64', 3, ['linux/arm64', '--platform linux/amd64']],
  ['image app:1 --image-src dokcer', 2, ['"dokcer"', 'Did you mean docker?']],
  ['rootfs app.tar', 3, ['"app.tar"', 'assay image --input app.tar']],
  ['sbom app/package-lock.json', 3, ['"app/package-lock.json"', 'assay fs']],
  ['sbom none.cdx.json', 3, ['"none.cdx.json"', '"bom.cdx.json"']],
  ['sbom https://example.org/bom.json', 3, ['https://example.org/bom.json', 'curl']],
  ['purl lodash@4.17.20', 2, ['"lodash@4.17.20"', 'pkg:npm/']],
  ['purl pkg:lodash@4.17.20', 2, ['pkg:lodash@4.17.20', 'pkg:npm/']],
  ['repo https//example.org/app.git', 3, ['https//example.org/app.git', 'https://HOST/PATH']],
  ['digest ./none.tar', 3, ['"./none.tar"', 'docker save']],
  ['docker:app:1', 3, ['"docker:app:1"', '--image-src docker']],
  ['registry:alpine:3', 3, ['"registry:alpine:3"', '--image-src remote']],
  ['sbom:./bom.json', 3, ['"sbom:./bom.json"', 'assay sbom FILE']],
  ['fs file:./app', 3, ['"file:./app"', 'assay fs FILE']],
  ['diff app:1', 2, ['two', 'assay diff']],
  ['merge', 2, ['assay merge']],
];

const FLAGS: readonly Mistake[] = [
  ['fs app --severty HIGH', 2, ['--severty', '--severity']],
  ['fs app --severity', 2, ['--severity', 'HIGH,CRITICAL']],
  ['fs app --severity HIHG', 2, ['"HIHG"', 'Did you mean high?']],
  ['image app:1 --severity HIGH CRITICAL', 2, ['"CRITICAL"', '--severity HIGH,CRITICAL']],
  ['fs app --only-fixed', 2, ['--only-fixed', '--ignore-unfixed']],
  ['fs app --exit-code yes', 2, ['"yes"', '0 to 255']],
  ['fs app --exit-code 256', 2, ['"256"', '0 to 255']],
  ['fs app --exit-code --quiet', 2, ['--exit-code', '"--quiet"']],
  ['fs app --fail-on hgih', 2, ['"hgih"', 'high']],
  ['fs app --fail-on high;kev', 2, ['"high;kev"', 'docs/']],
  ['fs app --fail-on epss>high', 2, ['epss>high', 'epss>=0.1']],
  ['fs app --fail-on cvss>11', 2, ['cvss>11', 'cvss>=']],
  ['fs app --ignore-unfixed=maybe', 2, ['"maybe"', 'true or false']],
  ['fs app --min-evidence sure', 2, ['"sure"', 'verified']],
  ['fs app --only frontend', 2, ['"frontend"', 'app, base']],
  ['fs app --allow-incomplete=eol', 2, ['"eol"', 'end-of-life']],
  ['fs app --timeout 5', 2, ['"5"', '5m']],
  ['fs app --timeout 5min', 2, ['"5min"', '5m']],
  ['fs app --as-of yesterday', 2, ['"yesterday"', '2025-06-01']],
  ['fs app --as-of 2025-02-30', 2, ['"2025-02-30"', '2025-06-01']],
  ['image app:1 --platform arm64', 2, ['"arm64"', 'linux/arm64']],
  ['fs app --scanners secrets', 2, ['"secrets"', 'vuln']],
  ['fs app --pkg-types npm', 2, ['"npm"', 'os, library']],
  ['fs app --distro debian12', 2, ['"debian12"', 'debian/12']],
  ['fs app --memory lots', 2, ['"lots"', '500MB']],
  ['fs app --parallel 1000', 2, ['"1000"', '0 to 64']],
  ['fs app --file-patterns pip', 2, ['"pip"', 'TYPE:PATTERN']],
  ['fs app --vuln-severity-source nist', 2, ['"nist"', 'nvd']],
  ['fs app --table-mode brief', 2, ['"brief"', 'summary, detailed']],
  ['fs app --ignore-status wontfix', 2, ['"wontfix"', 'will_not_fix']],
  ['fs app --db-max-age two', 2, ['"two"', '7d']],
  [
    'image app:1 --username ann --password x --password-stdin',
    2,
    ['--password-stdin', '--password'],
  ],
];

const FILES: readonly Mistake[] = [
  ['fs app -f jsn', 2, ['"jsn"', 'json']],
  ['fs app -f pdf', 2, ['"pdf"', 'Formats: table']],
  ['fs app -o jsn=r.json', 2, ['"jsn=r.json"', '-o json=r.json', '-o ./jsn=r.json']],
  ['fs app -o reports/r.json', 2, ['"reports/r.json"', '"reports"', 'mkdir -p']],
  ['fs app -o app', 2, ['"app"', 'a folder']],
  ['fs app -f json -o a.json -o a.json', 2, ['"a.json"', '-o json=report.json']],
  ['fs app -c none.yaml', 2, ['"none.yaml"', '--config none']],
  ['fs app -c tabs.yaml', 2, ['tabs.yaml', 'line 2']],
  ['fs app -c typo.yaml', 2, ['typo.yaml:1', '"HIHG"', 'Did you mean high?']],
  ['fs app --policy prod', 2, ['"prod"', 'assay.yaml']],
  ['fs app --ignorefile none.txt', 2, ['"none.txt"', '/TMP/none.txt']],
  ['fs app --vex none.json', 2, ['"none.json"', '/TMP/none.json']],
  ['fs app --vex app/package-lock.json', 2, ['"app/package-lock.json"', 'OpenVEX']],
  ['fs app --mirror ftp://example.org/feeds', 2, ['"ftp://example.org/feeds"', 'http']],
  ['fs app --advisories none', 2, ['"/TMP/none"', 'OSV']],
  ['fs app --offline', 4, ['"app"', 'Node.js', 'assay db update']],
  ['fs app --baseline last.json', 3, ['"last.json"', './DIR']],
  ['gate none.json', 3, ['"none.json"', '-o json=report.json']],
  ['gate app/package-lock.json', 3, ['"app/package-lock.json"', '-o json=']],
  ['gate cut.json', 3, ['"cut.json"', '-o json=']],
  ['convert bom.cdx.json', 3, ['"bom.cdx.json"', 'assay sbom']],
  ['convert', 2, ['assay convert report.json']],
  ['cve 2021-44906', 2, ['"2021-44906"', 'CVE-2021-44906']],
  ['cve', 2, ['assay cve CVE-']],
  ['cve search', 2, ['assay cve search']],
  ['explain CVE-2021-44906 --from none.json', 2, ['--from', 'assay explain --help']],
  ['ignore add', 2, ['assay ignore add CVE-']],
  ['ignore add CVE-2021-44906 --expires tomorrow', 2, ['"tomorrow"', '90d']],
  ['vex generate', 2, ['assay vex generate']],
  ['db import none.zip', 3, ['none.zip"', 'assay db export']],
  ['db import words.txt', 4, ['words.txt', 'OSV']],
  ['db verify none.tar', 3, ['none.tar"', 'assay db export']],
  ['db export', 2, ['assay db export']],
];

const VARIABLES: readonly Mistake[] = [
  ['fs app', 2, ['ASSAY_SEVERITY', '"HIHG"', 'Did you mean high?'], { ASSAY_SEVERITY: 'HIHG' }],
  ['fs app', 2, ['TRIVY_TIMEOUT', '"300"', '5m'], { TRIVY_TIMEOUT: '300' }],
  ['fs app', 2, ['ASSAY_QUIET', '"maybe"', 'true or false'], { ASSAY_QUIET: 'maybe' }],
  [
    'fs app',
    2,
    ['TRIVY_SCANNERS', 'license', '--scanners vuln'],
    { TRIVY_SCANNERS: 'vuln,license' },
  ],
  ['fs app', 2, ['ASSAY_CONFIG', '"ci.yaml"', '--config none'], { ASSAY_CONFIG: 'ci.yaml' }],
];

const TRUST: readonly Mistake[] = [
  ['image app:1 --trust none.yaml', 2, ['"none.yaml"', '/TMP/none.yaml']],
  ['image app:1 --trust bad.trust.yaml', 2, ['bad.trust.yaml:2', '"nope"', 'list']],
  ['key generate a b', 2, ['"b"', 'one key']],
  ['key generate', 2, ['ASSAY_KEY_PASSWORD', '--key-password-file']],
  ['key import none.pem', 2, ['none.pem']],
  ['key public words.txt', 2, ['words.txt', 'PEM', 'assay key generate']],
  ['key export team.key', 2, ['assay key export FILE OUT']],
  ['sign app:1', 2, ['--sign-key', '--identity-token', 'assay key generate']],
  ['sign app:1 --sign-key none.key', 2, ['none.key']],
  ['sign app:1 --sign-key a.key --identity-token b', 2, ['--sign-key', '--identity-token']],
  ['sign-blob none.txt --sign-key a.key', 3, ['"none.txt"', '/TMP/none.txt']],
  ['sign-blob', 2, ['assay sign-blob FILE']],
  ['verify', 2, ['assay verify ghcr.io/']],
  ['verify app:1', 2, ['--verify-key', '--trust']],
  ['verify app:1 --verify-key words.txt', 2, ['words.txt', 'PEM']],
  ['verify app:1 --certificate-identity a@b.c', 2, ['--certificate-oidc-issuer']],
  ['verify app:1 --threshold two', 2, ['"two"', 'number']],
  ['verify app:1 --type nonsense', 2, ['"nonsense"', 'cyclonedx']],
  ['attest app:1 --predicate none.json', 2, ['--type', 'cyclonedx']],
  ['push app:1', 2, ['assay push SRC REF']],
  ['push app:1 app:2 --identity-token none', 2, ['"none"', 'no such file']],
  ['commits hook install', 2, ['--server', '--client']],
  ['commits rules none.json --branch main', 3, ['"none.json"']],
];

const REPAIRS: readonly Mistake[] = [
  ['pin none', 3, ['"none"', './Dockerfile']],
  ['pin . --check --update', 2, ['--check', '--update']],
  ['pin . --min-age 3d', 2, ['--min-age', '--update']],
  ['ledger verify', 3, ['assay.lock', 'assay pin --ledger']],
  ['fix none', 3, ['"none"', '/TMP']],
  ['fix app --allow huge', 2, ['"huge"', 'minor']],
  ['base', 2, ['assay base python:3.12']],
  ['audit none', 3, ['"none"', '/TMP']],
  ['audit rules nosuch-rule', 3, ['"nosuch-rule"', 'assay audit rules']],
  ['audit app --sarif none.sarif', 2, ['"none.sarif"', '--sarif']],
  ['audit app --sarif words.txt', 2, ['"words.txt"', 'SARIF 2.1.0']],
  ['audit app --scanners vuln', 2, ['"vuln"', 'assay fs PATH']],
  ['audit app --persona strict', 2, ['"strict"', 'pedantic']],
  ['audit app --secret-config none.yaml', 2, ['"none.yaml"', '--secret-config']],
  ['db update --with nvdd', 2, ['"nvdd"', 'nvd']],
  ['db export out.tar --sign-key words.txt', 2, ['words.txt', 'PEM']],
  ['ignore add CVE-1 --ignorefile none/x', 3, ['"none/x"', '--ignorefile']],
  ['ignore prune --ignorefile none.txt', 2, ['"none.txt"', '/TMP/none.txt']],
];

describeMistakes('mistakes of new users', {
  mistakes: [...COMMANDS, ...TARGETS, ...FLAGS, ...FILES, ...VARIABLES, ...TRUST, ...REPAIRS],
  golden: 'new-user-mistakes.txt',
  prepare,
});
