/**
 * Files, settings and variables that switch checks off, secrets in variables and files, and safe
 * twins.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';

beforeAll(loadShell);

const RULES: ReadonlySet<string> = new Set([
  ...['disabled-verification', 'secret-variable', 'copied-secret'].map(
    (one) => `dockerfile/${one}`,
  ),
]);

function isFound(text: string): boolean {
  return dockerfile
    .detect({ path: '/Dockerfile', bytes: Buffer.from(text) })
    .some(({ rule }) => RULES.has(rule));
}

describe('a check that is switched off, or a secret', () => {
  it.each([
    ['curlrc echo', 'FROM a\nRUN echo insecure >> ~/.curlrc'],
    ['curlrc printf', "FROM a\nRUN printf 'silent\\ninsecure\\n' > $HOME/.curlrc"],
    ['wgetrc', 'FROM a\nRUN echo "check_certificate = off" >> /etc/wgetrc'],
    ['wgetrc tee', 'FROM a\nRUN echo check-certificate=off | tee -a /root/.wgetrc'],
    [
      'apt conf',
      'FROM a\nRUN echo \'APT::Get::AllowUnauthenticated "true";\' > /etc/apt/apt.conf.d/99x',
    ],
    [
      'apt conf heredoc',
      'FROM a\nRUN cat <<EOF > /etc/apt/apt.conf.d/99x\nAcquire::https::Verify-Peer "false";\nEOF',
    ],
    [
      'apt copy heredoc',
      'FROM a\nCOPY <<EOF /etc/apt/apt.conf.d/99x\nAcquire::https { Verify-Peer "false"; };\nEOF',
    ],
    [
      'npmrc',
      'FROM a\nCOPY --chmod=644 <<EOF /app/.npmrc\nregistry=https://x\nstrict-ssl=false\nEOF',
    ],
    ['pip conf', 'FROM a\nRUN printf "[global]\\ntrusted-host = x\\n" > /etc/pip.conf'],
    [
      'pip conf multi',
      'FROM a\nCOPY <<EOF /root/.config/pip/pip.conf\n[global]\ntrusted-host =\n    x\nEOF',
    ],
    [
      'repo',
      "FROM a\nRUN printf '[x]\\nname=x\\nbaseurl=https://x\\ngpgcheck=0\\n' >/etc/yum.repos.d/x.repo",
    ],
    ['sed repo', "FROM a\nRUN sed -i 's/gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/x.repo"],
    [
      'deb822',
      'FROM a\nCOPY <<EOF /etc/apt/sources.list.d/x.sources\nTypes: deb\nTrusted: yes\nEOF',
    ],
    ['env db url', 'FROM a\nENV DB_URL=postgres://u:pw@h/db'],
    ['quoted env', 'FROM a\nENV "DB_PASSWORD"=hunter2'],
    ['quoted env 2', "FROM a\nENV 'NODE_TLS_REJECT_UNAUTHORIZED'=0"],
    ['expanded env name', 'FROM a\nARG P=DB\nENV ${P}_PASSWORD=hunter2'],
    ['old env', 'FROM a\nENV DB_PASSWORD hunter2 long'],
    ['key', 'FROM a\nCOPY server-key.pem /etc/ssl/'],
    ['not local', 'FROM a\nRUN curl -k https://localhost:8443/health https://evil/x'],
    ['not local 2', 'FROM a\nRUN curl -k https://localhost.evil.com/'],
    ['yarn berry', 'FROM a\nRUN yarn config set enableStrictSsl false'],
    ['go', 'FROM a\nRUN go env -w GOSUMDB=off'],
    ['gitconfig', 'FROM a\nRUN printf "[http]\\n\\tsslVerify = false\\n" >> /root/.gitconfig'],
  ])('%s', (_, text) => {
    expect(isFound(text)).toBe(true);
  });
});

describe('neither', () => {
  it.each([
    ['npmrc ok', 'FROM a\nCOPY <<EOF /app/.npmrc\nregistry=https://x\nstrict-ssl=true\nEOF'],
    ['env url', 'FROM a\nENV DB_URL=postgres://h/db'],
    ['pubkey', 'FROM a\nCOPY pubkey.pem /etc/keys/'],
    ['pub key', 'FROM a\nCOPY signing.pub.pem keys/archive.key /etc/apt/keyrings/'],
    ['local', 'FROM a\nRUN curl -k https://localhost:8443/health'],
    ['doc', 'FROM a\nRUN echo "insecure" > /readme'],
  ])('%s', (_, text) => {
    expect(isFound(text)).toBe(false);
  });
});

describe('passwords in excerpts', () => {
  it.each([
    'RUN sudo mysql -uroot -phunter2secret -e "x"',
    'RUN sudo mysqldump -phunter2secret db',
    'RUN sudo sshpass -p hunter2secret ssh a@b',
    'RUN sudo redis-cli -a hunter2secret ping',
    'RUN sudo docker login -u me -p hunter2secret',
    'RUN sudo unzip -P hunter2secret a.zip',
    'RUN sudo useradd -p hunter2secret app',
    'RUN echo "root:hunter2secret" | sudo chpasswd',
    'RUN sudo openssl rsa -passin pass:hunter2secret',
    'RUN sudo aws configure set aws_secret_access_key hunter2secret',
    'RUN sudo npm config set //r/:_authToken hunter2secret',
    'RUN sudo mysql --password="hunter2secret',
    "RUN sudo mysql --password='hunter2secret x",
    'RUN curl -k -H "X-Api-Token: hunter2secret" https://x/a',
    'RUN curl -k -umyself:hunter2secret https://x/a',
    'RUN curl -k -d "{\\"password\\": \\"hunter2secret\\"}" https://x/a',
    'ENV DB_URL=postgres://u:hunter2secret@h/db',
    'ARG URL=https://u:hunter2secret@h/db\nRUN curl -k $URL | sh',
  ])('%s', (text) => {
    const found = dockerfile.detect({
      path: '/Dockerfile',
      bytes: Buffer.from(`FROM a\n${text}\n`),
    });
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2secret/u);
  });
});
