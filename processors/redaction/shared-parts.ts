import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Redactor } from './redactor.ts';

type Scope = InstrumentationScope & { attributes?: Attributes };

/**
 * Resources and scopes, which thousands of spans share: examined once each, and replaced by one
 * and the same copy, because exporters group by their identity.
 */
export class SharedParts {
  private readonly resources = new WeakMap<Resource, Resource>();
  private readonly scopes = new WeakMap<InstrumentationScope, InstrumentationScope>();

  private readonly redactor: Redactor;

  constructor(redactor: Redactor) {
    this.redactor = redactor.exempt;
  }

  resource(resource: Resource): Resource {
    const known = this.resources.get(resource);
    // One that needed nothing takes its own place again, so that its spans need no copy.
    if (known && !(known instanceof RedactedResource && known.isSettled)) return known;
    const pending = resource.asyncAttributesPending === true;
    const clean = pending ? new RedactedResource(resource, this.redactor) : this.redactSettled(resource);
    this.resources.set(resource, clean);
    return clean;
  }

  private redactSettled(resource: Resource): Resource {
    const attributes = this.redactor.redactAttributes(resource.attributes);
    if (attributes === resource.attributes) return resource;
    return sameAttributes(attributes, resource.attributes) ? resource : fromAttributes(attributes, resource);
  }

  scope<S extends Scope>(scope: S): S {
    const known = this.scopes.get(scope);
    if (known) return known as S;
    const name = this.redactor.redactText(scope.name);
    const version = scope.version === undefined ? undefined : this.redactor.redactText(scope.version);
    const attributes = scope.attributes && this.redactor.redactAttributes(scope.attributes);
    const isSame = name === scope.name && version === scope.version && attributes === scope.attributes;
    const clean = isSame
      ? scope
      : {
          ...scope,
          name,
          ...(version === undefined ? {} : { version }),
          ...(attributes ? { attributes } : {}),
        };
    this.scopes.set(scope, clean);
    return clean;
  }
}

/** `resource.attributes` is a getter that builds a new object each time in some versions of the SDK. */
function sameAttributes(one: Attributes, other: Attributes): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

function fromAttributes(attributes: Attributes, { schemaUrl }: Resource): Resource {
  return resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl });
}

/** A resource whose detectors are still at work: examined each time it is read, until it is settled. */
class RedactedResource implements Resource {
  private settled: Attributes | undefined;

  constructor(
    private readonly original: Resource,
    private readonly redactor: Redactor,
  ) {}

  get asyncAttributesPending(): boolean {
    return this.original.asyncAttributesPending === true;
  }

  get isSettled(): boolean {
    return !this.asyncAttributesPending;
  }

  get attributes(): Attributes {
    if (this.settled) return this.settled;
    const attributes = this.redactor.redactAttributes(this.original.attributes);
    if (!this.asyncAttributesPending) this.settled = attributes;
    return attributes;
  }

  get schemaUrl(): string {
    return this.original.schemaUrl as string;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.original.waitForAsyncAttributes?.();
  }

  merge(other: Resource | null): Resource {
    return fromAttributes(this.attributes, this.original).merge(other);
  }

  getRawAttributes(): ReturnType<Resource['getRawAttributes']> {
    return Object.entries(this.attributes) as ReturnType<Resource['getRawAttributes']>;
  }
}
