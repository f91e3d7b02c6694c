/**
 * The names under which trivy reports kinds of secrets, so that consumers of its documents
 * recognize them.
 *
 * Source: documents that trivy 0.44 wrote about values of these formats. Categories are its names
 * of publishers.
 */

import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';

/** Ids of rules of trivy by category. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  AWS: ['aws-access-key-id', 'aws-secret-access-key'],
  Adobe: ['adobe-client-secret'],
  Age: ['age-secret-key'],
  Alibaba: ['alibaba-access-key-id'],
  Asana: ['asana-client-id', 'asana-client-secret'],
  AsymmetricPrivateKey: ['private-key'],
  Atlassian: ['atlassian-api-token'],
  Beamer: ['beamer-api-token'],
  Bitbucket: ['bitbucket-client-id', 'bitbucket-client-secret'],
  Clojars: ['clojars-api-token'],
  ContentfulDelivery: ['contentful-delivery-api-token'],
  Databricks: ['databricks-api-token'],
  Discord: ['discord-api-token', 'discord-client-id', 'discord-client-secret'],
  Doppler: ['doppler-api-token'],
  Dropbox: ['dropbox-api-secret', 'dropbox-long-lived-api-token', 'dropbox-short-lived-api-token'],
  Duffel: ['duffel-api-token'],
  Dynatrace: ['dynatrace-api-token'],
  Easypost: ['easypost-api-token'],
  Facebook: ['facebook-token'],
  Fastly: ['fastly-api-token'],
  Finicity: ['finicity-api-token', 'finicity-client-secret'],
  Flutterwave: ['flutterwave-public-key'],
  Frameio: ['frameio-api-token'],
  GitHub: ['github-app-token', 'github-oauth', 'github-pat', 'github-refresh-token'],
  GitLab: ['gitlab-pat'],
  GoCardless: ['gocardless-api-token'],
  Google: ['gcp-service-account'],
  Grafana: ['grafana-api-token'],
  HashiCorp: ['hashicorp-tf-api-token'],
  Heroku: ['heroku-api-key'],
  HubSpot: ['hubspot-api-token'],
  Intercom: ['intercom-api-token', 'intercom-client-secret'],
  Ionic: ['ionic-api-token'],
  Linear: ['linear-api-token', 'linear-client-secret'],
  LinkedIn: ['linkedin-client-id'],
  Lob: ['lob-api-key', 'lob-pub-api-key'],
  Mailchimp: ['mailchimp-api-key'],
  Mailgun: ['mailgun-signing-key', 'mailgun-token'],
  Mapbox: ['mapbox-api-token'],
  MessageBird: ['messagebird-api-token', 'messagebird-client-id'],
  NewRelic: ['new-relic-browser-api-token', 'new-relic-user-api-id', 'new-relic-user-api-key'],
  Npm: ['npm-access-token'],
  Planetscale: ['planetscale-api-token', 'planetscale-password'],
  Postman: ['postman-api-token'],
  Pulumi: ['pulumi-api-token'],
  PyPI: ['pypi-upload-token'],
  RubyGems: ['rubygems-api-token'],
  SendGrid: ['sendgrid-api-token'],
  Sendinblue: ['sendinblue-api-token'],
  Shippo: ['shippo-api-token'],
  Shopify: ['shopify-token'],
  Slack: ['slack-access-token', 'slack-web-hook'],
  Stripe: ['stripe-publishable-token', 'stripe-secret-token'],
  Twilio: ['twilio-api-key'],
  Twitch: ['twitch-api-token'],
  Twitter: ['twitter-token'],
  Typeform: ['typeform-api-token'],
};

const CATEGORIES: ReadonlyMap<string, string> = new Map(
  Object.entries(IDS).flatMap(([category, ids]) => ids.map((id) => [id, category] as const)),
);
const GROUP = 'secret';

/**
 * Returns the rule and the category of a secret as trivy names them. Kinds that trivy does not know
 * keep the id of Assay.
 */
export function trivySecretName({ rule, aliases }: Pick<RuleFinding, 'rule' | 'aliases'>): {
  readonly id: string;
  readonly category: string;
} {
  const short = rule.slice(GROUP.length + 1);
  for (const id of [short, ...aliases]) {
    const category = CATEGORIES.get(id);
    if (category !== undefined) return { id, category };
  }
  return { id: aliases.includes(short) ? short : rule, category: GROUP };
}
