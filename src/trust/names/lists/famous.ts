/**
 * Names that people know from one registry and look for in another one: short lists of the most
 * famous projects whose names are no common words. Written by hand.
 */

import type { NameSpace } from '../name-form.ts';

/** Famous names by their registry, separated by spaces. */
export const FAMOUS_NAMES: readonly (readonly [NameSpace, string])[] = [
  [
    'npm',
    'react react-dom lodash express webpack eslint typescript axios jquery nodemon puppeteer jsonwebtoken mongoose rxjs redux socket.io bcryptjs body-parser babel-core vue angular nextjs tailwindcss moment cross-env dotenv-expand node-fetch',
  ],
  [
    'pypi',
    'numpy pandas requests django flask tensorflow scikit-learn matplotlib beautifulsoup4 sqlalchemy scipy pytest boto3 botocore urllib3 pyyaml fastapi uvicorn gunicorn pydantic scrapy aiohttp jinja2 setuptools psycopg2 paramiko lxml opencv-python pyspark werkzeug huggingface-hub virtualenv pycryptodome',
  ],
  [
    'rubygems',
    'rails nokogiri sidekiq rspec rubocop activerecord activesupport actionpack capistrano factory_bot sinatra activemodel devise',
  ],
  ['cargo', 'serde tokio serde_json reqwest actix-web rayon serde_derive tokio-util'],
  ['nuget', 'Newtonsoft.Json EntityFramework xunit Serilog AutoMapper NUnit'],
];
