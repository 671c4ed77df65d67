export { listImports, type Row as ImportRow, resumeImport, stopImport } from './imports.ts';
export { importHere, importInto } from './into.ts';
export { ourAddresses } from './ours.ts';
