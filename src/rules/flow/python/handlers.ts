/** Which functions of a file in Python a framework calls, by their names and parameters alone. */

import type { FunctionCode } from '../form.ts';
import type { DecoratorModel } from '../models.ts';

/** Methods of classes of views get the parameters of the route. */
export const HTTP_METHODS = /^(?:get|post|put|patch|delete|head|options)$/u;

/** A handler whose parameters are those of its route. */
export const ROUTE: DecoratorModel = {
  taintsParameters: true,
  label: 'a parameter of the route',
};

/**
 * A function that may be a view: its parameters are those of a route if they have names as parts of
 * addresses have.
 */
const GUESSED_ROUTE: DecoratorModel = {
  ...ROUTE,
  confidence: 'medium',
  named:
    /^(?:pk|id|uid|uidb64|slug|name|path|file|filename|file_name|folder|dir|key|code|token|page|query|q|term|search|lang|tag|title|category|user|username|email|url|next|host|domain|version|format|date|year|month|day|cmd|command|table|column|field|sort|order|template|topic|doc|document|section|image|item|product|project|group|report|room|message|text|content|value|data|param|arg|x|\w+_(?:id|pk|slug|name|key|code|uuid|path|url|file|token|host|type|text|query))$/u,
};

const DJANGO_METHOD = /^(?:get|post|put|patch|delete|head|options|dispatch)$/u;
const FALCON_METHOD = /^on_(?:get|post|put|patch|delete|head|options)(?:_\w+)?$/u;
/** Methods of classes for messages of WebSocket: Tornado, Starlette and Channels. */
export const MESSAGE_METHODS = /^(?:on_message|on_receive|receive|receive_json)$/u;
const RESOLVER = /^resolve_\w+$/u;
const LAMBDA = /handler|lambda/iu;

/** Fixtures of pytest have a parameter `request` that is no request. */
function isFixture({ decorators }: FunctionCode): boolean {
  return decorators.some((one) => {
    const callee = one.kind === 'call' ? one.callee : one;
    return (
      (callee.kind === 'symbol' && /^pytest(?:_\w+)?\.fixture$/u.test(callee.ref)) ||
      (callee.kind === 'member' && callee.name === 'fixture')
    );
  });
}

/**
 * Methods of clients, which send the requests that the program makes, and tests, whose parameter is
 * a fixture.
 */
const OTHERS =
  /^(?:_{0,2}(?:send|prepare|sign|make_request|do_request|on_retry|retry)(?:_\w*)?|test_\w+)$/u;

function nameOf(code: FunctionCode, index: number): string {
  const target = code.parameters[index]?.target;
  return target?.kind === 'variable' ? target.name : '';
}

/** Returns the type of a parameter by the names of the function and its parameters. */
export function guessParameter(code: FunctionCode, index: number): string | undefined {
  const name = nameOf(code, index);
  const [first, second] = [nameOf(code, 0), nameOf(code, 1)];
  if (name === 'request' && (index === 0 || (index === 1 && first === 'self')))
    return isFixture(code) || OTHERS.test(code.name) ? undefined : 'guess:Request';
  if (name === 'environ' && nameOf(code, index + 1) === 'start_response') return 'wsgi:Environ';
  if (name === 'req' && nameOf(code, index + 1) === 'resp') return 'falcon:Request';
  if (name === 'event' && second === 'context' && index === 0 && LAMBDA.test(code.name))
    return 'lambda:Event';
  return undefined;
}

/** Returns whether a function may be a method that a framework calls. */
export function mayBeMethod(code: FunctionCode): boolean {
  return (
    nameOf(code, 0) === 'self' &&
    (/^do_[A-Z]+$/u.test(code.name) ||
      (code.parameters.length > 1 &&
        (HTTP_METHODS.test(code.name) || MESSAGE_METHODS.test(code.name))))
  );
}

/** Functions with more optional parameters are called by the program. */
const MAX_DEFAULTS = 2;

/** Returns what is known of a function that a framework calls without any registration. */
export function isHandler(code: FunctionCode): DecoratorModel | undefined {
  const [first, second] = [nameOf(code, 0), nameOf(code, 1)];
  if (FALCON_METHOD.test(code.name) && second === 'req')
    return { ...ROUTE, parameters: ['', 'falcon:Request', ''] };
  if (RESOLVER.test(code.name) && second === 'info')
    return { taintsParameters: true, label: 'an argument of a query', parameters: ['', ''] };
  const isMethod = first === 'self' && DJANGO_METHOD.test(code.name) && second === 'request';
  if (isMethod) return ROUTE;
  const isView =
    first === 'request' &&
    code.parameters.length > 1 &&
    !OTHERS.test(code.name) &&
    code.parameters.filter(({ fallback }) => fallback !== undefined).length <= MAX_DEFAULTS &&
    !isFixture(code);
  return isView ? GUESSED_ROUTE : undefined;
}
