import { templateName, templatePath } from '../../../processors/cardinality/path-template.ts';

describe('templatePath', () => {
  it.each([
    ['/users/123', '/users/{id}'],
    ['/users/123/orders/0f3c9f1e-6f8a-4f8c-9b4e-0a1b2c3d4e5f', '/users/{id}/orders/{id}'],
    ['/commits/3589b7d9e90b', '/commits/{id}'],
    ['/files/a%20b', '/files/{id}'],
    ['/v2/items?page=3', '/v2/items'],
    ['/sessions/AbCdEfGhIjKlMnOpQrSt1', '/sessions/{id}'],
    ['/users/:id/posts/{post}', '/users/:id/posts/{post}'],
    ['/api/v1/facade', '/api/v1/facade'],
    ['/', '/'],
    ['', ''],
    [`/${'a/'.repeat(5_000)}`, '/{path}'],
  ])('%s', (path, expected) => expect(templatePath(path)).toBe(expected));
});

describe('templateName', () => {
  it.each([
    ['GET /users/123', 'GET /users/{id}'],
    ['GET /users/:id', 'GET /users/:id'],
    ['chat gpt-4o', 'chat gpt-4o'],
    ['GET', 'GET'],
  ])('%s', (name, expected) => expect(templateName(name)).toBe(expected));
});
