// The spans that whole-process benchmarks make: traces of ten, a root with nine children.
const prose = 'The quick brown fox jumps over the lazy dog while the signal is green. '
  .repeat(29)
  .slice(0, 2_048);

const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140';

/** `kind` is OpenTelemetry's number; a function makes what differs from span to span. */
exports.SHAPES = {
  small: {
    name: 'step',
    kind: 0,
    attributes: (index) => ({
      'app.step': 'reserve',
      'app.items': index % 17,
      'app.retry': false,
      'app.tenant': 'acme',
    }),
  },
  http: {
    name: 'GET /users/{id}',
    kind: 1,
    attributes: (index) => ({
      'http.request.method': 'GET',
      'http.route': '/users/{id}',
      'http.response.status_code': 200,
      'url.path': `/users/${index % 10_000}`,
      'url.scheme': 'https',
      'server.address': 'api.example.com',
      'server.port': 443,
      'user_agent.original': agent,
      'network.protocol.version': '1.1',
      'client.address': '203.0.113.7',
    }),
  },
  genai: {
    name: 'chat gpt-4o',
    kind: 2,
    attributes: (index) => ({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 812,
      'gen_ai.usage.output_tokens': 274,
      'gen_ai.input.messages': `[{"role":"user","content":"${index} ${prose}"}]`,
      'gen_ai.output.messages': `[{"role":"assistant","content":"${index} ${prose}"}]`,
    }),
  },
};
