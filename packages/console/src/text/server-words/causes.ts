/** Likely causes and advice of the general errors, of the tunnel, of scans and of advisories. */
export const CAUSES: Readonly<Record<string, string>> = {
  "a value is missing or has another form than the one expected": "값이 빠졌거나 형식이 다릅니다.",
  "correct the fields that the message names": "표시된 항목을 고치세요.",
  "an environment variable is missing or has a wrong form": "환경 변수가 빠졌거나 형식이 다릅니다.",
  "correct the variables that the message names and start again": "표시된 변수를 고치고 다시 시작하세요.",
  "no credential was sent, or it has expired": "자격 증명이 없거나 만료되었습니다.",
  "sign in, or send an API key in the Authorization header": "로그인하거나 Authorization 헤더로 API 키를 보내세요.",
  "the role or scope of this credential does not cover the call": "역할이나 키의 범위에 이 작업이 포함되지 않습니다.",
  "ask an administrator for the right, or use another key": "관리자에게 권한을 요청하거나 다른 키를 사용하세요.",
  "the address is mistyped, or what it named is gone": "주소가 잘못되었거나 대상이 삭제되었습니다.",
  "check the address": "주소를 확인하세요.",
  "something with this name or state is there already": "같은 이름이나 상태의 항목이 이미 있습니다.",
  "look at the present state, then decide": "현재 상태를 확인한 뒤 결정하세요.",
  "the body is larger than the limit of this route": "보낸 데이터가 제한보다 큽니다.",
  "send less at once, or raise the limit that the message names": "나누어 보내거나 표시된 제한을 늘리세요.",
  "too many calls in a short time, or a full queue": "짧은 시간에 호출이 너무 많거나 대기열이 가득 찼습니다.",
  "wait for the time in Retry-After and call again": "잠시 기다렸다가 다시 시도하세요.",
  "somebody stopped the work, or the caller went away": "누군가 작업을 중지했거나 요청한 쪽이 사라졌습니다.",
  "start it again if it is still wanted": "필요하면 다시 시작하세요.",
  "a fault in Tidewaiter": "Tidewaiter의 결함입니다.",
  "look for the request id in the log, and report it": "로그에서 요청 ID를 찾아 신고해 주세요.",
  "a part that this call needs is starting, stopping or down": "필요한 구성 요소가 시작 중이거나 멈춰 있습니다.",
  "wait and call again; /readyz of each process says which part":
    "잠시 뒤 다시 시도하세요. 각 프로세스의 /readyz가 어느 부분인지 알려 줍니다.",
  "the other side is slow or a firewall drops packets without answering":
    "상대가 느리거나 방화벽이 응답 없이 패킷을 버립니다.",
  "check that the address is reachable from this process, or raise the time limit":
    "이 프로세스에서 주소에 접근할 수 있는지 확인하거나 제한 시간을 늘리세요.",
  "another program, or an earlier run of this one, listens there": "다른 프로그램이나 먼저 실행한 것이 사용 중입니다.",
  "stop it, or choose another port with the variable that the message names":
    "그것을 멈추거나 표시된 변수로 다른 포트를 고르세요.",
  "the volume of the data folder is full": "데이터 폴더의 볼륨이 가득 찼습니다.",
  "free space or give the volume more": "공간을 비우거나 볼륨을 늘리세요.",
  "no filter rule allows this method and path": "이 메서드와 경로를 허용하는 필터 규칙이 없습니다.",
  "add a rule to the ACCEPT file, or call a path that a rule allows":
    "ACCEPT 파일에 규칙을 추가하거나 허용된 경로를 호출하세요.",
  "the broker client is starting or cannot reach the broker server":
    "브로커 클라이언트가 시작 중이거나 브로커 서버에 접근하지 못합니다.",
  "look at /healthcheck of the broker client": "브로커 클라이언트의 /healthcheck를 확인하세요.",
  "no broker client with this token is connected": "이 토큰으로 연결된 브로커 클라이언트가 없습니다.",
  "start the broker client with this token, and check BROKER_SERVER_URL":
    "이 토큰으로 브로커 클라이언트를 시작하고 BROKER_SERVER_URL을 확인하세요.",
  "the other end of the tunnel is not a broker, or a proxy changed the bytes":
    "터널 반대편이 브로커가 아니거나 프록시가 내용을 바꿨습니다.",
  "check what listens at BROKER_SERVER_URL": "BROKER_SERVER_URL에서 무엇이 응답하는지 확인하세요.",
  "the server asked for a credential in a place where it could be sent back":
    "서버가 자격 증명을 되돌려 받을 수 있는 자리에 요청했습니다.",
  "ask for it as the whole value of the configured header only": "지정된 헤더의 값 전체로만 요청하세요.",
  "one side of the tunnel went away while the exchange was running": "호출하는 동안 터널의 한쪽이 사라졌습니다.",
  "call again; the client reconnects by itself": "다시 시도하세요. 클라이언트는 스스로 다시 연결합니다.",
  "a response on the WebSocket path is larger than the protocol allows": "WebSocket 응답이 프로토콜의 한도보다 큽니다.",
  "call without x-broker-ws-response, so that the body is streamed":
    "본문이 스트리밍되도록 x-broker-ws-response 없이 호출하세요.",
  "the registry agent is not running at CR_AGENT_URL": "CR_AGENT_URL에서 레지스트리 에이전트가 실행되고 있지 않습니다.",
  "check CR_AGENT_URL as seen from the broker client": "브로커 클라이언트에서 본 CR_AGENT_URL을 확인하세요.",
  "the registry agent is overloaded, or a firewall drops packets on the way to it":
    "레지스트리 에이전트가 과부하이거나 방화벽이 패킷을 버립니다.",
  "look at the agent's log, and check CR_AGENT_URL as seen from the broker client":
    "에이전트의 로그와 브로커 클라이언트에서 본 CR_AGENT_URL을 확인하세요.",
  "the registry agent ended the connection before it answered":
    "레지스트리 에이전트가 응답하기 전에 연결을 끊었습니다.",
  "look at the agent's log for this request id": "에이전트의 로그에서 이 요청 ID를 찾으세요.",
  "the layer is truncated or damaged, or not what its media type says":
    "레이어가 잘렸거나 손상되었거나 미디어 타입과 다릅니다.",
  "push the image again": "이미지를 다시 푸시하세요.",
  "an image made to exhaust the scanner, or an unusually large one":
    "스캐너를 소진시키려는 이미지이거나 유난히 큰 이미지입니다.",
  "raise the limit that the message names if the image is trusted": "믿을 수 있는 이미지라면 표시된 제한을 늘리세요.",
  "the file is no docker or OCI archive, or is cut off": "docker나 OCI 아카이브가 아니거나 중간에 잘렸습니다.",
  "save the image again": "이미지를 다시 저장하세요.",
  "the agent that ran the scan went away and did not come back in time":
    "스캔하던 에이전트가 사라진 뒤 제때 돌아오지 않았습니다.",
  "start the scan again; look at the agent's log for why it ended":
    "스캔을 다시 시작하고, 왜 끝났는지 에이전트의 로그를 확인하세요.",
  "the scan took longer than its wall-clock limit": "스캔이 제한 시간보다 오래 걸렸습니다.",
  "raise TIDEWAITER_SCAN_TIMEOUT_MS, or give the agent more room":
    "TIDEWAITER_SCAN_TIMEOUT_MS를 늘리거나 에이전트에 자원을 더 주세요.",
  "the callback address is no address that an agent may post to": "에이전트가 보낼 수 없는 콜백 주소입니다.",
  "check BROKER_CLIENT_URL as seen from the agent": "에이전트에서 본 BROKER_CLIENT_URL을 확인하세요.",
  "alerts may not go to private, loopback or link-local addresses":
    "사설·루프백·링크 로컬 주소로는 알림을 보낼 수 없습니다.",
  "use a public address, or allow private ones with TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS=true":
    "공인 주소를 쓰거나 TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS=true로 사설 주소를 허용하세요.",
  "findings at or above the chosen severity": "선택한 심각도 이상의 취약점이 있습니다.",
  "update the packages that the table names, or allow the findings with a reason":
    "표에 있는 패키지를 업데이트하거나 사유를 적어 허용하세요.",
  "no advisory data was loaded yet": "취약점 데이터를 아직 불러오지 않았습니다.",
  "run tidewaiter db update, or db import with a bundle":
    "tidewaiter db update를 실행하거나 db import로 번들을 가져오세요.",
  "the download or bundle is damaged, incomplete or not signed by the known key":
    "받은 파일이나 번들이 손상되었거나 불완전하거나 알려진 키로 서명되지 않았습니다.",
  "fetch it again; the present data stays in use": "다시 받으세요. 지금 데이터는 그대로 사용됩니다.",
  "the source is a mirror that lags behind, an old bundle, or lacks an ecosystem":
    "뒤처진 미러이거나 오래된 번들이거나 일부 생태계가 빠졌습니다.",
  "fetch the data again, or force it (db --force) when the older data is what you want; the present data stays in use":
    "데이터를 다시 받거나, 오래된 데이터를 원하면 강제로 적용하세요(db --force). 지금 데이터는 그대로 사용됩니다.",
};
