import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import * as ours from '../dist/propagators.mjs';
const styles={datadog:new ours.DatadogPropagator(),tracecontext:new ours.W3CPropagator(),baggage:new ours.BaggagePropagator()};
const list=['datadog','tracecontext','baggage'].map(n=>({name:n,propagator:styles[n]}));
const propagator=new ours.CompositePropagator({extract:list,inject:list});
const hex = (d) => Array.from({ length: d }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const kind=process.argv[2]||'w3c state datadog baggage';
const sets=Array.from({length:1024},()=>{const high=hex(16),low='1'+hex(15),span='1'+hex(15);const h={host:'x',connection:'k','user-agent':'b',accept:'a','accept-encoding':'g','accept-language':'en','content-type':'a','content-length':'1','cache-control':'n',cookie:hex(10),'x-request-id':hex(16)};
if(kind.includes('w3c'))h.traceparent=`00-${high}${low}-${span}-01`;
if(kind.includes('state'))h.tracestate=`dd=s:2;o:rum;t.dm:-4;p:${span},congo=${hex(12)},rojo=${hex(16)}`;
if(kind.includes('datadog')){h['x-datadog-trace-id']=BigInt('0x'+low).toString();h['x-datadog-parent-id']=BigInt('0x'+span).toString();h['x-datadog-sampling-priority']='2';h['x-datadog-origin']='rum';h['x-datadog-tags']=`_dd.p.tid=${high},_dd.p.dm=-4`;}
if(kind.includes('baggage'))h.baggage=`user.id=${hex(6)},tenant=acme%20inc,region=eu-${hex(2)}`;return h;});
const ids=sets.map(()=>hex(16));
let sink;
function one(headers,spanId){const context=propagator.extract(ROOT_CONTEXT,headers,defaultTextMapGetter);const parent=trace.getSpanContext(context);if(!parent)return 0;const{traceId,traceFlags,traceState}=parent;const child=trace.setSpanContext(context,{traceId,spanId,traceFlags,traceState});const c={};propagator.inject(child,c,defaultTextMapSetter);return c;}
function run(n){const t=process.hrtime.bigint();for(let i=0;i<n;i++)sink=one(sets[i&1023],ids[i&1023]);return Number(process.hrtime.bigint()-t)/n;}
run(1e5);const r=[];for(let i=0;i<12;i++)r.push(run(5e4));r.sort((a,b)=>a-b);
const ex=[];for(let k=0;k<12;k++){const t=process.hrtime.bigint();for(let i=0;i<5e4;i++)sink=propagator.extract(ROOT_CONTEXT,sets[i&1023],defaultTextMapGetter);ex.push(Number(process.hrtime.bigint()-t)/5e4);}ex.sort((a,b)=>a-b);
console.log(kind.padEnd(28),'min',r[0].toFixed(0),'med',r[6].toFixed(0),'extract',ex[0].toFixed(0));
