/** What the code layer needs to know of a package: its manifest as data. */
export interface PackageData {
  readonly name: string;
  /** POSIX, relative to the root; `.` for the root. */
  readonly folder: string;
  readonly entryPoints: {
    readonly main?: string;
    readonly module?: string;
    readonly types?: string;
    readonly source?: string;
    readonly exports?: unknown;
    readonly bin?: unknown;
  };
  readonly dependencies: Readonly<Record<string, { readonly range: string; readonly resolved?: string }>>;
}

/** `paths` of a tsconfig or jsconfig, with the folder it stands in. */
export interface PathAliases {
  readonly folder: string;
  readonly baseUrl?: string;
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

/** The audited files, as text. Nothing here is ever executed. */
export interface SourceTree {
  /** POSIX, relative to the root, sorted. */
  readonly files: readonly string[];
  /** When only some files are to be reported about. */
  readonly only: readonly string[] | undefined;
  readonly packages: readonly PackageData[];
  readonly aliases: readonly PathAliases[];
  /** Text without BOM; undefined when it cannot be read. */
  text(file: string): string | undefined;
}
