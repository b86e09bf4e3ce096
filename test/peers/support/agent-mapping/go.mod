module agent-mapping

go 1.25.0

require (
	github.com/DataDog/datadog-agent/pkg/trace v0.85.4
	go.opentelemetry.io/collector/pdata v1.71.0
)
