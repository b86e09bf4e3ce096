// Reads OTLP/JSON with one span per line, and writes what the Datadog Agent makes of each.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/DataDog/datadog-agent/pkg/trace/config"
	"github.com/DataDog/datadog-agent/pkg/trace/traceutil/normalize"
	"github.com/DataDog/datadog-agent/pkg/trace/transform"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	conf := config.New()
	conf.Features["enable_otlp_compute_top_level_by_span_kind"] = struct{}{}
	for in.Scan() {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(in.Bytes())
		if err != nil {
			panic(err)
		}
		rs := traces.ResourceSpans().At(0)
		ss := rs.ScopeSpans().At(0)
		span := transform.OtelSpanToDDSpan(ss.Spans().At(0), rs.Resource(), ss.Scope(), conf)
		// What the Agent does to every span that it takes, whatever the way.
		span.Name, _ = normalize.NormalizeName(span.Name)
		out.Encode(span)
	}
}
