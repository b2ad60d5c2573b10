import { type Report, reportSchema } from './schema.js';

/**
 * A report read back from JSON.
 * @throws ConfigError when it is none, or one of another version.
 */
export function asReport(value: unknown, file: string): Report {
  const { success, data, error } = reportSchema.safeParse(value);
  if (success) return data;
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  const [first] = error.issues;
  const why =
    typeof version === 'string' && version !== '1.0'
      ? `its schema version is ${version}, and this tool reads 1.0`
      : `${first?.path.map(String).join('.') || 'it'}: ${first?.message}`;
  throw Object.assign(new Error(`${file} is no report of mcp-audit that can be shown: ${why}`), {
    name: 'ConfigError',
  });
}
