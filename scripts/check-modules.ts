/**
 * Enforces the rules for imports (README, "Map"): cycles cannot exist, and a newcomer learns the system by reading
 * `server/src/modules.ts` from top to bottom. Reads import statements as text; the fixtures of the test show what it sees.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export type Violation = { path: string; line: number; rule: number; message: string }
type Import = { specifier: string; isTypeOnly: boolean; line: number }
type Source = { path: string; text: string; imports: Import[] }

const INFRASTRUCTURE = /^(koa|@koa\/.*|sequelize|redis|@clickhouse\/.*|chdb(\/.*)?|libsql|mysql2(\/.*)?|koa-.*)$/
const NETWORK = /^(node:)?(http|https|http2|net|tls|dgram)$|^(undici|axios|co-wechat-api|wechatpay-node-v3|node-fetch|got)(\/|$)/
const GATEWAYS = new Set(['wechat', 'wecom', 'pay', 'sms'])
/** core holds the outbound links, simulator is a pretend outside. */
const MAY_REACH_OUT = new Set([...GATEWAYS, 'core', 'simulator'])

/** All rules over all files. `files`: path from the repository's root (with `/`) -> text. `modules`: names, earliest first. */
export function findViolations(files: ReadonlyMap<string, string>, modules: readonly string[]): Violation[] {
  const sources = [...files].map(([path, text]) => {
    const code = withoutComments(text)
    return { path, text: code, imports: readImports(code) }
  })
  return sources
    .flatMap(source => rulesFor(source, files, modules))
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
}

function rulesFor(source: Source, files: ReadonlyMap<string, string>, modules: readonly string[]): Violation[] {
  const root = source.path.split('/')[0]
  if (root === 'shared') return checkShared(source)
  if (root === 'miniprogram') return [...checkFace(source), ...checkMiniprogram(source)]
  if (root === 'admin') return [...checkFace(source), ...checkAdmin(source)]
  if (source.path.startsWith('server/src/')) return checkServer(source, files, modules)
  return []
}

function checkServer(source: Source, files: ReadonlyMap<string, string>, modules: readonly string[]): Violation[] {
  const own = moduleOf(source.path)
  const found: Violation[] = []
  const say = (line: number, rule: number, message: string) => found.push({ path: source.path, line, rule, message })
  if (own === null) {
    if (source.path !== 'server/src/modules.ts') say(1, 1, 'belongs to no module: move it into one')
    return found
  }
  if (!modules.includes(own)) say(1, 1, `module "${own}" is not in server/src/modules.ts`)
  const isTest = source.path.endsWith('.test.ts')
  if (own === 'simulator' && /\.(tsx|html|css)$/.test(source.path))
    say(1, 8, "the simulator's page belongs in admin/src/simulator/")

  for (const { specifier, line, isTypeOnly } of source.imports) {
    if (!isTest && own !== 'core' && INFRASTRUCTURE.test(specifier)) say(line, 5, `only core imports ${specifier}`)
    if (!isTest && !isTypeOnly && !MAY_REACH_OUT.has(own) && NETWORK.test(specifier))
      say(line, 6, `only gateways reach the outside: ${specifier}`)
    if (!specifier.startsWith('.')) continue
    const target = posix.normalize(posix.join(posix.dirname(source.path), specifier))
    if (/^(admin|miniprogram)\//.test(target)) say(line, 3, 'the server never imports a face')
    if (!target.startsWith('server/src/')) continue
    const other = moduleOf(target)
    if (other === own) continue
    if (other === null) {
      if (own !== 'app') say(line, 7, `only app sees ${target}`)
      continue
    }
    if (target !== `server/src/${other}/index.ts` && !(isTest && other === 'app'))
      say(line, 1, `${other} is used through its index.ts only, not ${specifier}`)
    if (other === 'app' && !isTest) say(line, 7, 'nobody imports app')
    if (other === 'simulator' && own !== 'app' && !isTest) say(line, 7, 'only app imports simulator')
    if (own === 'simulator' && other !== 'core' && !isTest) say(line, 7, 'simulator imports core only')
    if (!isTest && modules.indexOf(other) > modules.indexOf(own))
      say(line, 1, `${other} comes after ${own} in modules.ts: publish an event instead`)
  }
  if (!isTest && !MAY_REACH_OUT.has(own))
    for (const line of linesOf(withoutTexts(source.text), /(?<![.\w])fetch\(/g))
      say(line, 6, 'only gateways reach the outside: fetch(')
  if (source.path === `server/src/${own}/index.ts`)
    for (const [line, name] of exportedModels(source, files))
      say(line, 2, `index.ts exports the model ${name}: keep the id, export an action`)
  return found
}

function checkShared(source: Source): Violation[] {
  return source.imports.flatMap(({ specifier, line }) => {
    const isInside =
      specifier.startsWith('.') && posix.normalize(posix.join(posix.dirname(source.path), specifier)).startsWith('shared/')
    const isTestTool = source.path.endsWith('.test.ts') && /^(vitest|fast-check)$/.test(specifier)
    if (isInside || isTestTool || specifier === 'zod') return []
    return [{ path: source.path, line, rule: 3, message: `shared imports zod and itself, not ${specifier}` }]
  })
}

function checkMiniprogram(source: Source): Violation[] {
  return source.imports
    .filter(one => /^@banyan\/shared(\/|$)/.test(one.specifier) && !one.isTypeOnly)
    .map(({ line }) => ({
      path: source.path,
      line,
      rule: 4,
      message: 'use `import type` from shared: the main package must stay under 2 MB',
    }))
}

/** Browser tests of a face start a whole product; its code never does. */
function checkFace(source: Source): Violation[] {
  if (/\.test\.tsx?$/.test(source.path)) return []
  return source.imports
    .filter(({ specifier }) => /^@banyan\/server/.test(specifier) || /(^|\/)server\/src\//.test(specifier))
    .map(({ line }) => ({ path: source.path, line, rule: 3, message: 'a face knows the contract in shared, never the server' }))
}

function checkAdmin(source: Source): Violation[] {
  if (source.path.startsWith('admin/src/simulator/')) return []
  return linesOf(source.text, /['"`]\/simulator\/api/g).map(line => ({
    path: source.path,
    line,
    rule: 8,
    message: "the simulator's page is admin/src/simulator/: only it calls /simulator/api",
  }))
}

/** `index.ts` may not hand out a class that extends Model, by name, by `export *`, or as a type. */
function exportedModels(source: Source, files: ReadonlyMap<string, string>): [number, string][] {
  const found: [number, string][] = []
  for (const match of source.text.matchAll(/^export\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s*['"](\.[^'"]+)['"]/gm)) {
    const target = posix.normalize(posix.join(posix.dirname(source.path), match[2]!))
    const models = [...(files.get(target) ?? '').matchAll(/class\s+(\w+)\s+extends\s+Model\b/g)].map(one => one[1]!)
    const names = match[1] === '*' ? models : models.filter(name => new RegExp(`\\b${name}\\b`).test(match[1]!))
    for (const name of names) found.push([lineAt(source.text, match.index), name])
  }
  return found
}

/** Static, dynamic and re-exporting imports. A statement starts a line or follows `;` or `}`, so that prose is not taken for one. */
export function readImports(code: string): Import[] {
  const imports: Import[] = []
  const add = (specifier: string, isTypeOnly: boolean, index: number) =>
    imports.push({ specifier, isTypeOnly, line: lineAt(code, index) })
  for (const match of code.matchAll(
    /(?:^|[;}])[ \t]*(import|export)\s+(type\s+(?!from\b))?(?:[\w*{}\s,$]*?\sfrom\s*|[\w*{}\s,$]*?\}\s*from\s*)['"]([^'"\n]+)['"]/gm,
  )) {
    add(match[3]!, Boolean(match[2]), match.index + match[0].indexOf(match[1]!))
  }
  for (const match of code.matchAll(/(?:^|[;}])[ \t]*import\s*['"]([^'"\n]+)['"]/gm)) add(match[1]!, false, match.index)
  for (const match of code.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`\n]+)['"`]/g)) {
    const isType =
      /typeof\s+$/.test(code.slice(Math.max(0, match.index - 10), match.index)) ||
      /^[^)]*\)\s*\.\s*[A-Z]\w*(?!\s*\()/.test(code.slice(match.index))
    add(match[1]!, isType, match.index)
  }
  return imports
}

/** Blanks comments, keeps line numbers. Quotes and templates are stepped over, so `'http://x'` stays whole. */
export function withoutComments(text: string): string {
  return text.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<![:\\/'"[*])\/\/[^\n]*/g,
    piece => (piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : piece),
  )
}

/** Blanks quoted text as well: a page's own script in a template calls from the browser, not from here. */
function withoutTexts(code: string): string {
  return code.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, text => text.replace(/[^\n]/g, ' '))
}

function moduleOf(path: string): string | null {
  const parts = path.split('/')
  return parts.length > 3 ? parts[2]! : null
}

function linesOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(match => lineAt(text, match.index))
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** The names in server/src/modules.ts, in order. */
export function readModules(text: string): string[] {
  const list = /modules\s*(?::[^=]+)?=\s*\[([\s\S]*?)\]/.exec(withoutComments(text))
  return [...(list?.[1] ?? '').matchAll(/['"]([a-z][a-z0-9-]*)['"]/g)].map(match => match[1]!)
}

export function readTree(root: string): Map<string, string> {
  const files = new Map<string, string>()
  const visit = (folder: string) => {
    if (!existsSync(folder)) return
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist') visit(path)
      } else if (/\.(ts|tsx|mts|html|css)$/.test(entry.name))
        files.set(relative(root, path).split('\\').join('/'), readFileSync(path, 'utf8'))
    }
  }
  for (const folder of ['shared/src', 'server/src', 'admin/src', 'miniprogram/src']) visit(join(root, folder))
  return files
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const files = readTree(root)
  const modules = readModules(files.get('server/src/modules.ts') ?? '')
  const violations = findViolations(files, modules)
  for (const { path, line, rule, message } of violations) console.error(`${path}:${line}  rule ${rule}: ${message}`)
  console.log(`${files.size} files, ${modules.length} modules, ${violations.length} violations`)
  if (modules.length === 0) console.error('server/src/modules.ts names no modules')
  process.exitCode = violations.length > 0 || modules.length === 0 ? 1 : 0
}
