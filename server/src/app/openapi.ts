import { type Endpoint, ErrorAnswer, endpoints } from '@banyan/shared'
import { z } from 'zod'
import { type RawRoute, raw } from '../core/index.ts'

/** OpenAPI 3.1 of every endpoint, generated from the same table that serves them. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, unknown> = {}
  for (const [name, endpoint] of Object.entries(endpoints) as [string, Endpoint][]) {
    paths[`/api/${name}`] = {
      post: {
        operationId: name,
        tags: [name.split('.')[0]],
        summary: endpoint.summary,
        description: `${endpoint.kind === 'command' ? 'Command: one transaction; send an Idempotency-Key to repeat it safely.' : 'Query.'} Access: ${endpoint.access.join(', ')}.`,
        security: endpoint.access.includes('public')
          ? []
          : [{ session: [] }, ...(endpoint.access.includes('apiKey') ? [{ apiKey: [] }] : [])],
        ...(endpoint.kind === 'command'
          ? { parameters: [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 100 } }] }
          : {}),
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(endpoint.input, 'input') } } },
        responses: {
          200: {
            description: 'The answer',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { data: schemaOf(endpoint.output, 'input') }, required: ['data'] },
              },
            },
          },
          default: {
            description: 'A coded refusal',
            content: { 'application/json': { schema: schemaOf(ErrorAnswer, 'output') } },
          },
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Banyan API',
      version,
      description: 'Every call is POST /api/<name> with JSON. Answers are { data } or { error: { code, message, requestId } }.',
      license: { name: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
    },
  }
}

/** Codecs are described by what goes over the wire: `io: input` of a codec is its text. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', cycles: 'ref', reused: 'inline' }) as Record<string, unknown>
}

let document: string | null = null

export const openApiRoutes: RawRoute[] = [
  raw({
    method: 'GET',
    path: '/api/openapi.json',
    name: 'openapi.json',
    handler: async () => {
      document ??= JSON.stringify(openApiDocument('0.1.0'))
      return { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: document }
    },
  }),
  raw({
    method: 'GET',
    path: '/api/docs',
    name: 'openapi.docs',
    handler: async () => ({ headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: docsPage }),
  }),
]

/** A page to read the document: search, input and output of each endpoint. No outside scripts. */
const docsPage = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Banyan API</title><style>
body{font:14px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1D2521;margin:0;display:grid;grid-template-columns:280px 1fr;height:100vh}
nav{border-right:1px solid #E4E8E5;overflow:auto;padding:16px}main{overflow:auto;padding:24px 32px;max-width:900px}
input{width:100%;box-sizing:border-box;padding:8px;border:1px solid #E4E8E5;border-radius:6px;font:inherit}a{display:block;color:#1D2521;text-decoration:none;padding:2px 6px;border-radius:4px}
a:hover{background:#E8F3EC}h3{margin:16px 0 4px;color:#66736C;font-size:12px}pre{background:#F6F8F7;border:1px solid #E4E8E5;border-radius:6px;padding:12px;overflow:auto;font-size:12px}
section{border-bottom:1px solid #E4E8E5;padding:16px 0}code{color:#17633E}.m{color:#66736C}@media(max-width:700px){body{display:block}nav{border:0}}</style></head><body><nav><input id="q" placeholder="搜索接口 / search" aria-label="search"><div id="n"></div></nav><main id="m">…</main><script>
const esc=s=>String(s).replace(/[&<>]/g,c=>({'&':'&amp;','<':'&lt;','>':'&gt;'}[c]));
fetch('/api/openapi.json').then(r=>r.json()).then(d=>{const all=Object.values(d.paths).map(p=>p.post);
const show=q=>{const some=all.filter(e=>(e.operationId+e.summary).toLowerCase().includes(q.toLowerCase()));let tag='';
n.innerHTML=some.map(e=>(e.tags[0]!==tag?'<h3>'+esc(tag=e.tags[0])+'</h3>':'')+'<a href="#'+e.operationId+'">'+esc(e.operationId)+'</a>').join('');
m.innerHTML='<h1>Banyan API</h1><p class="m">'+esc(d.info.description)+'</p>'+some.map(e=>'<section id="'+e.operationId+'"><h2><code>POST /api/'+esc(e.operationId)+'</code></h2><p>'+esc(e.summary)+'</p><p class="m">'+esc(e.description)+'</p><details><summary>input / output</summary><pre>'+esc(JSON.stringify(e.requestBody.content['application/json'].schema,null,1))+'</pre><pre>'+esc(JSON.stringify(e.responses[200].content['application/json'].schema.properties.data,null,1))+'</pre></details></section>').join('')};
show('');q.oninput=()=>show(q.value)})</script></body></html>`
