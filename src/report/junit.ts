import { oneLine, printed } from '../inert.js';
import { type Pillar, pillars } from '../rule.js';
import {
  concessionsIn,
  coverageWords,
  type Finding,
  faultWords,
  headersOf,
  inRepository,
  newFindings,
  type Rendering,
  untoldIn,
} from './rendering.js';
import type { Report } from './schema.js';

type Check = Report['checks'][number];

/**
 * JUnit XML, as CI servers read it: a suite per pillar, a case per rule that was asked, and per finding of it. What could
 * not be told is skipped, what had nothing to judge is not there.
 * https://github.com/testmoapp/junitxml
 */
export function junit(report: Report, _: Rendering): string {
  const suites = pillars.map(pillar => suiteOf(pillar, report)).filter(({ tests }) => tests > 0);
  const faults = report.faults.map(fault => xml('error', { message: faultWords(fault) }));
  const broken = faults.length === 0 ? [] : [{ tests: 1, failures: 0, text: brokenSuite(faults) }];
  const all = [...suites, ...configurationSuite(report), ...untoldSuite(report), ...broken];
  const sum = (key: 'tests' | 'failures') => all.reduce((total, suite) => total + suite[key], 0);
  const counts = {
    name: `mcp-audit: ${coverageWords(report)}`,
    tests: sum('tests'),
    failures: sum('failures'),
    errors: broken.length,
  };
  return printed([
    '<?xml version="1.0" encoding="UTF-8"?>',
    xml('testsuites', counts, all.map(({ text }) => text).join('\n')),
  ]);
}

function suiteOf(pillar: Pillar, report: Report) {
  const checks = report.checks.filter(
    check => check.pillar === pillar && check.sound + check.flawed + check.unsure > 0,
  );
  const findings = newFindings(report).filter(finding => finding.pillar === pillar);
  const cases = checks.flatMap(check => casesOf(check, findings, report));
  const failures = cases.filter(({ isFailure }) => isFailure).length;
  const skipped = cases.filter(({ isSkipped }) => isSkipped).length;
  const attributes = { name: pillar, tests: cases.length, failures, errors: 0, skipped };
  return {
    tests: cases.length,
    failures,
    text: xml('testsuite', attributes, cases.map(({ text }) => text).join('\n')),
  };
}

function casesOf(check: Check, findings: readonly Finding[], report: Report) {
  const mine = findings.filter(({ ruleId }) => ruleId === check.ruleId);
  if (mine.length > 0) return mine.map(finding => failureOf(finding, report));
  const isSkipped = check.sound === 0 && check.flawed === 0;
  const inner = isSkipped ? xml('skipped', { message: 'could not be told' }) : '';
  const attributes = { classname: `mcp-audit.${check.pillar}`, name: `${check.ruleId}: ${check.title}` };
  return [{ isFailure: false, isSkipped, text: xml('testcase', attributes, inner) }];
}

function failureOf({ ruleId, pillar, severity, message, witness, fix, ...at }: Finding, report: Report) {
  const file = inRepository(report, at.file);
  const lines = [
    `${file}:${at.line}:${at.column}`,
    message,
    ...(witness ? [`gets in: ${headersOf(witness)}`] : []),
    fix,
  ];
  const failure = xml('failure', { type: severity, message }, escaped(lines.join('\n')));
  const attributes = { classname: `mcp-audit.${pillar}`, name: `${ruleId} at ${file}:${at.line}`, file, line: at.line };
  return { isFailure: true, isSkipped: false, text: xml('testcase', attributes, failure) };
}

/** What the project's own configuration keeps from being found fails nothing, and is to be read all the same. */
function configurationSuite(report: Report) {
  const conceded = concessionsIn(report);
  if (conceded.length === 0) return [];
  const output = xml('system-out', {}, conceded.map(({ words }) => escaped(words)).join('\n'));
  const text = xml('testcase', { classname: 'mcp-audit', name: 'what the configuration leaves out' }, output);
  const attributes = { name: 'configuration', tests: 1, failures: 0, errors: 0, skipped: 0 };
  return [{ tests: 1, failures: 0, text: xml('testsuite', attributes, text) }];
}

/** What was not read or could not be told, each with its reason: neither passed nor failed. */
function untoldSuite(report: Report) {
  const cases = untoldIn(report).map(({ kind, words, file, at }) => {
    const path = inRepository(report, file);
    const name = at ? `${path}:${at.line}` : path;
    const place = { classname: `mcp-audit.${kind}`, name, file: path, ...(at && { line: at.line }) };
    return xml('testcase', place, xml('skipped', { message: words }));
  });
  if (cases.length === 0) return [];
  const attributes = { name: 'untold', tests: cases.length, failures: 0, errors: 0, skipped: cases.length };
  return [{ tests: cases.length, failures: 0, text: xml('testsuite', attributes, cases.join('\n')) }];
}

function brokenSuite(errors: readonly string[]): string {
  const text = xml('testcase', { classname: 'mcp-audit', name: 'the audit is complete' }, errors.join('\n'));
  return xml('testsuite', { name: 'mcp-audit', tests: 1, failures: 0, errors: 1, skipped: 0 }, text);
}

function xml(name: string, attributes: Readonly<Record<string, string | number>>, inner = ''): string {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return inner === '' ? `<${name}${head.join('')}/>` : `<${name}${head.join('')}>\n${inner}\n</${name}>`;
}

/** Text that is nothing but text, line by line; what nobody could see is spelled out, which XML could partly not hold. */
function escaped(text: string): string {
  const lines = text.split('\n').map(oneLine).join('\n');
  return lines.replace(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`);
}
