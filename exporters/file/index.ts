export { fileExporter } from './file.ts';
export { FileTransport } from './file-destination.ts';
export { JsonLinesExporter } from './json-lines-exporter.ts';
export { RotatingFile, type RotatingFileOptions } from './rotating-file.ts';
