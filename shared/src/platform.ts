/** The contract of the platform: who may do what, the org tree, settings, connections, imports, and what needs a hand. */
import { defineErrors } from './kernel.ts'
import { access } from './platform/access.ts'
import { configuration } from './platform/configuration.ts'
import { exports as exportEndpoints } from './platform/exports.ts'
import { operations } from './platform/operations.ts'
import { organisation } from './platform/organisation.ts'

export * from './platform/access.ts'
export * from './platform/configuration.ts'
export {
  ExportColumn,
  ExportFormat,
  ExportRequest,
  ExportRun,
  ExportStatus,
} from './platform/exports.ts'
export * from './platform/operations.ts'
export * from './platform/organisation.ts'

export const platform = { ...access, ...organisation, ...configuration, ...operations, ...exportEndpoints }

export const platformErrors = defineErrors({
  'auth.wrong': { status: 401, zh: '账号或密码不正确', en: 'The user name or the password is wrong' },
  'auth.locked': {
    status: 429,
    zh: '连续输错次数过多，请稍后再试',
    en: 'Too many wrong attempts; try again later',
  },
  'auth.expired': { status: 401, zh: '登录已过期，请重新登录', en: 'The session has ended; sign in again' },
  'auth.sameAsOld': { status: 400, zh: '新密码不能与旧密码相同', en: 'The new password is the old one' },
  'operator.taken': { status: 409, zh: '这个登录名已被使用', en: 'This user name is taken' },
  'operator.last': {
    status: 409,
    zh: '至少要保留一位拥有全部权限的启用账号',
    en: 'At least one active operator must keep all permissions',
  },
  'operator.beyondOwn': {
    status: 403,
    zh: '不能授予超出自己的权限或数据范围',
    en: 'One cannot give more permissions or data scope than one has',
  },
  'role.inUse': { status: 409, zh: '还有账号使用此角色，请先更换', en: 'Operators still hold this role' },
  'role.builtIn': { status: 409, zh: '内置角色不能修改或删除', en: 'A built-in role cannot be changed' },
  'role.taken': { status: 409, zh: '已有同名角色', en: 'A role of this name exists' },
  'brand.codeTaken': { status: 409, zh: '品牌编码已被使用', en: 'The brand code is taken' },
  'store.codeTaken': { status: 409, zh: '此品牌下已有相同门店编码', en: 'The store code is taken in this brand' },
  'setting.invalid': { status: 400, zh: '设置的内容不符合要求', en: 'The setting does not fit its schema' },
  'connection.missing': {
    status: 409,
    zh: '还没有配置对应的平台账号，请到「数据 · 连接」中添加',
    en: 'The platform account is not configured; add it under connections',
  },
  'connection.ofOtherBrand': {
    status: 403,
    zh: '此平台账号属于其他品牌',
    en: 'The platform account belongs to another brand',
  },
  'idempotency.badKey': {
    status: 400,
    zh: '幂等键须为 8 到 100 个可见字符',
    en: 'An idempotency key has 8 to 100 visible characters',
  },
  'import.unknownKind': { status: 400, zh: '不支持的导入类型', en: 'Unknown kind of import' },
  'import.badFile': {
    status: 400,
    zh: '无法读取此文件，请使用 CSV 或 XLSX 格式',
    en: 'The file cannot be read; use CSV or XLSX',
  },
  'import.tooLarge': { status: 413, zh: '文件超过大小上限', en: 'The file is over the size limit' },
  'import.empty': { status: 400, zh: '文件里没有数据', en: 'The file holds no rows' },
  'import.unknownColumn': { status: 400, zh: '映射中的列在文件里不存在', en: 'A mapped column is not in the file' },
  'import.unknownField': { status: 400, zh: '映射中有未知的字段', en: 'A mapped field does not exist' },
  'import.missingField': { status: 400, zh: '必填字段没有对应的列', en: 'A required field has no column' },
  'import.notStartable': { status: 409, zh: '此导入不能再次开始', en: 'This import cannot be started now' },
  'import.notRunning': { status: 409, zh: '此导入没有在运行', en: 'This import is not running' },
  'export.unknownKind': { status: 400, zh: '不支持的导出类型', en: 'Unknown kind of export' },
  'export.unknownColumn': { status: 400, zh: '没有这一列，或您不能导出它', en: 'No such column, or not for you' },
  'export.mayNotReveal': {
    status: 403,
    zh: '您的角色不能查看完整的手机号和 OpenID，请导出脱敏文件',
    en: 'Your role may not see full phones and openids: export them masked',
  },
  'export.tooMany': {
    status: 429,
    zh: '您还有几个导出没有完成，请等它们结束',
    en: 'Several of your exports are still under way: wait for them',
  },
  'export.tooLarge': { status: 422, zh: '行数超过上限，请缩小范围或改用 CSV', en: 'Too many rows: narrow it down, or use CSV' },
  'export.notRunning': { status: 409, zh: '这个导出没有在进行', en: 'This export is not under way' },
  'export.noFile': { status: 409, zh: '文件还没有生成，或已按保留期限删除', en: 'There is no file yet, or no longer' },
  'import.badLink': { status: 403, zh: '下载链接无效或已过期', en: 'The link is invalid or has ended' },
})
