/** Likely causes and advice of what goes wrong between agent and registry. */
export const REGISTRY_CAUSES: Readonly<Record<string, string>> = {
  "the image name breaks the grammar: lower case, digits and - _ . / only, tags of at most 128 characters":
    "이미지 이름에는 소문자, 숫자, - _ . / 만 쓸 수 있고 태그는 128자까지입니다.",
  "correct the name": "이름을 고치세요.",
  "the image name carries a registry other than that of the credentials":
    "이미지 이름에 자격 증명과 다른 레지스트리가 적혀 있습니다.",
  "leave the host out, or use the connection of that registry": "호스트를 빼거나 그 레지스트리의 연결을 사용하세요.",
  "the host name is mistyped, the resolver seen from here does not know it, or its container is stopped: an engine knows the names of running containers only":
    "호스트 이름이 틀렸거나, 여기서 쓰는 DNS가 모르거나, 컨테이너가 멈춰 있습니다. 엔진은 실행 중인 컨테이너의 이름만 압니다.",
  "check CR_BASE, see whether the registry runs, and resolve the name from the agent's network":
    "CR_BASE를 확인하고, 레지스트리가 실행 중인지 보고, 에이전트의 네트워크에서 이름을 조회해 보세요.",
  "nothing listens at that address and port, or a firewall stands between":
    "그 주소와 포트에서 응답하는 것이 없거나 방화벽이 막고 있습니다.",
  "check CR_BASE and open the way from the agent to the registry":
    "CR_BASE를 확인하고 에이전트에서 레지스트리로 가는 길을 여세요.",
  "the registry's certificate was issued by a private authority": "사설 인증 기관이 발급한 인증서입니다.",
  "give the authority's certificate with TIDEWAITER_CR_CA, or CA_CERT for every connection":
    "인증 기관의 인증서를 TIDEWAITER_CR_CA로, 모든 연결에는 CA_CERT로 지정하세요.",
  "the registry speaks plain HTTP on this port": "레지스트리가 이 포트에서 HTTP로 통신합니다.",
  "use its HTTPS port, or allow plain HTTP for this connection with TIDEWAITER_CR_PLAIN_HTTP=true":
    "HTTPS 포트를 쓰거나 TIDEWAITER_CR_PLAIN_HTTP=true로 이 연결에 HTTP를 허용하세요.",
  "the user name or password is wrong, or the token has expired":
    "사용자 이름이나 비밀번호가 틀렸거나 토큰이 만료되었습니다.",
  "check CR_USERNAME and CR_PASSWORD": "CR_USERNAME과 CR_PASSWORD를 확인하세요.",
  "the credentials are valid but lack the right to list or pull here":
    "자격 증명은 맞지만 목록 조회나 pull 권한이 없습니다.",
  "give the account read rights on the repository": "계정에 저장소 읽기 권한을 주세요.",
  "the registry's quota for these credentials is used up": "이 자격 증명의 호출 한도를 다 썼습니다.",
  "wait for the time that the registry names; credentials usually raise the limit":
    "레지스트리가 알려 준 시간까지 기다리세요. 대개 자격 증명을 쓰면 한도가 늘어납니다.",
  "the registry is restarting or overloaded": "레지스트리가 다시 시작하는 중이거나 과부하입니다.",
  "try later, and look at the registry's own health page":
    "나중에 다시 시도하고 레지스트리의 상태 페이지를 확인하세요.",
  "what answered is not a registry: a user interface, a proxy or a wrong path":
    "레지스트리가 아닌 관리 화면, 프록시, 잘못된 경로에서 응답했습니다.",
  "check the port and the path of CR_BASE": "CR_BASE의 포트와 경로를 확인하세요.",
  "the registry pointed to an address that credentials or data must not go to":
    "자격 증명이나 데이터를 보내면 안 되는 주소를 레지스트리가 가리켰습니다.",
  "if the address is right, allow it in the options of the connection": "맞는 주소라면 연결 옵션에서 허용하세요.",
  "this registry type cannot list repositories with these credentials":
    "이 유형의 레지스트리는 이 자격 증명으로 저장소 목록을 조회할 수 없습니다.",
  "name images by hand, set TIDEWAITER_CR_REPOSITORIES, or give an API token with TIDEWAITER_CR_API_TOKEN":
    "이미지를 직접 입력하거나, TIDEWAITER_CR_REPOSITORIES를 설정하거나, TIDEWAITER_CR_API_TOKEN으로 API 토큰을 주세요.",
  "the repository or tag does not exist, or these credentials may not see it":
    "저장소나 태그가 없거나 이 자격 증명으로는 볼 수 없습니다.",
  "check repository and tag": "저장소와 태그를 확인하세요.",
  "the registry lost a layer that the manifest names": "매니페스트에 있는 레이어를 레지스트리가 잃어버렸습니다.",
  "the index has no image for the platform asked for": "요청한 플랫폼의 이미지가 인덱스에 없습니다.",
  "choose one of the platforms that the message names": "표시된 플랫폼 가운데 하나를 고르세요.",
  "the image was pushed in the schema 1 format, which registries have dropped":
    "레지스트리가 더 이상 지원하지 않는 schema 1 형식의 이미지입니다.",
  "push it again with a current tool": "최신 도구로 다시 푸시하세요.",
  "what the tag names is no container image (a chart, signature or other artifact)":
    "태그가 가리키는 것이 컨테이너 이미지가 아닙니다(차트, 서명, 그 밖의 아티팩트).",
  "leave it out; it will not be tried again": "대상에서 빼세요. 다시 시도하지 않습니다.",
  "the image is larger than the configured limit": "이미지가 설정된 제한보다 큽니다.",
  "raise SNYK_MAX_IMAGE_SIZE_IN_BYTES on the agent": "에이전트의 SNYK_MAX_IMAGE_SIZE_IN_BYTES를 늘리세요.",
  "the bytes were damaged on the way or in the registry's storage":
    "전송 중이나 레지스트리의 저장소에서 데이터가 손상되었습니다.",
  "scan again; if it stays, push the image again": "다시 스캔하고, 계속되면 이미지를 다시 푸시하세요.",
  "the registry's token realm is not configured, or a proxy removed it from the challenge":
    "레지스트리의 토큰 realm이 설정되지 않았거나 프록시가 지웠습니다.",
  "set the realm in the registry's configuration (on Nexus: enable the Docker Bearer Token Realm)":
    "레지스트리 설정에서 realm을 지정하세요(Nexus에서는 Docker Bearer Token Realm을 켜세요).",
  "the address leads to a web page and not to a registry: a user interface's port, or a wrong path":
    "주소가 레지스트리가 아닌 웹 페이지로 이어집니다. 관리 화면의 포트이거나 경로가 잘못되었습니다.",
  "check the port and the path of CR_BASE; on Nexus use the connector's port or /repository/<name>":
    "CR_BASE의 포트와 경로를 확인하세요. Nexus에서는 커넥터 포트나 /repository/<이름>을 씁니다.",
  "the proxy demands a user name and password": "프록시가 사용자 이름과 비밀번호를 요구합니다.",
  "give them in PROXY_AUTH or in HTTPS_PROXY": "PROXY_AUTH나 HTTPS_PROXY에 적으세요.",
  "the port speaks TLS and was called without it": "TLS 포트를 TLS 없이 호출했습니다.",
  "leave TIDEWAITER_CR_PLAIN_HTTP unset": "TIDEWAITER_CR_PLAIN_HTTP를 지우세요.",
  "a policy of the registry holds this image back": "레지스트리의 정책이 이 이미지를 막고 있습니다.",
  "look at the project's policies": "프로젝트의 정책을 확인하세요.",
  "if the address is right, name its host in TIDEWAITER_CR_TOKEN_HOSTS of the broker client":
    "맞는 주소라면 브로커 클라이언트의 TIDEWAITER_CR_TOKEN_HOSTS에 호스트를 적으세요.",
  "the storage host refused the address that the registry signed, or a firewall answers in its place":
    "저장소 호스트가 레지스트리가 서명한 주소를 거부했거나 방화벽이 대신 응답했습니다.",
  "give the authority's certificate with TIDEWAITER_CR_CA instead":
    "TIDEWAITER_CR_CA로 인증 기관의 인증서를 지정하세요.",
  "renew it on the registry": "레지스트리에서 갱신하세요.",
  "set CR_REGION on the broker client": "브로커 클라이언트에 CR_REGION을 설정하세요.",
  "neither environment variables, nor a web identity, pod identity or instance role are there":
    "환경 변수, 웹 ID, 파드 ID, 인스턴스 역할이 모두 없습니다.",
  "give the agent's container an AWS identity that may assume the role":
    "에이전트 컨테이너에 역할을 위임받을 수 있는 AWS ID를 주세요.",
  "give the role AmazonEC2ContainerRegistryReadOnly": "역할에 AmazonEC2ContainerRegistryReadOnly를 주세요.",
  "the role's trust policy does not name the agent's identity, or demands another external id":
    "역할의 신뢰 정책에 에이전트의 ID가 없거나 외부 ID가 다릅니다.",
  "TIDEWAITER_AGENT_SECRET differs between broker client and agent":
    "브로커 클라이언트와 에이전트의 TIDEWAITER_AGENT_SECRET이 다릅니다.",
  "set the same TIDEWAITER_AGENT_SECRET on both": "양쪽에 같은 TIDEWAITER_AGENT_SECRET을 설정하세요.",
  "BROKER_CLIENT_URL is not set on the broker client, or was not filled in":
    "브로커 클라이언트에 BROKER_CLIENT_URL이 설정되지 않았습니다.",
  "set BROKER_CLIENT_URL to the address of the broker client as the agent sees it":
    "에이전트에서 본 브로커 클라이언트의 주소를 BROKER_CLIENT_URL에 설정하세요.",
  "the image takes more memory than the agent has": "이미지 분석에 에이전트보다 많은 메모리가 필요합니다.",
  "give the agent more memory or fewer slots, and look at its log":
    "에이전트의 메모리를 늘리거나 슬롯을 줄이고 로그를 확인하세요.",
  "more scans were asked for than the agent gets done": "에이전트가 처리하는 것보다 많은 스캔이 요청되었습니다.",
  "wait, raise TIDEWAITER_QUEUE_LIMIT, or give the agent more slots or replicas":
    "기다리거나, TIDEWAITER_QUEUE_LIMIT를 늘리거나, 에이전트의 슬롯이나 복제본을 늘리세요.",
};
