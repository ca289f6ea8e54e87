/**
 * What the server says of registry types, in Korean.
 * The server's own words are English.
 */
export const REGISTRY_TYPE_WORDS: Readonly<Record<string, string>> = {
  "User name": "사용자 이름",
  "a service account with read rights only": "읽기 권한만 있는 서비스 계정",
  "Password or access token": "비밀번호 또는 액세스 토큰",
  "stays on the broker client": "브로커 클라이언트에만 보관됩니다",
  "API token for listing": "목록 조회용 API 토큰",
  "without it, images are named by hand": "없으면 이미지를 직접 입력합니다",
  "With the repository-path method, CR_BASE carries the path: host/artifactory/api/docker/<repository>.":
    "저장소 경로 방식을 쓰면 CR_BASE에 경로까지 적습니다: host/artifactory/api/docker/<repository>",
  "A robot account with pull and list rights is best; its name starts with robot$.":
    "pull과 목록 조회 권한만 있는 로봇 계정을 권장합니다. 이름은 robot$로 시작합니다.",
  _json_key: "_json_key",
  "Service account key": "서비스 계정 키",
  "the JSON text of the key": "키의 JSON 내용",
  "The user name is _json_key, the password the JSON of the service account key.":
    "사용자 이름은 _json_key, 비밀번호는 서비스 계정 키의 JSON입니다.",
  "Role to assume": "위임받을 역할",
  "arn:aws:iam::123456789012:role/read-only": "arn:aws:iam::123456789012:role/read-only",
  Region: "리전",
  "eu-central-1": "ap-northeast-2",
  "External id": "외부 ID",
  "as the role's trust policy demands": "역할의 신뢰 정책에 정한 값",
  "The agent's own role must be allowed to assume the role.":
    "에이전트의 역할에 이 역할을 위임받을 권한이 있어야 합니다.",
  "Use a personal access token as the password.": "비밀번호로 개인 액세스 토큰을 사용하세요.",
  "A robot account with read rights is best; accounts behind single sign-on cannot pull with a password.":
    "읽기 권한이 있는 로봇 계정을 권장합니다. SSO 계정은 비밀번호로 pull할 수 없습니다.",
  "The Docker bearer-token realm must be active, and the address must be the image port, not the user interface's.":
    "Docker Bearer Token Realm이 활성화되어 있어야 하며, 주소는 관리 화면이 아니라 이미지용 포트여야 합니다.",
  "The password is a personal access token with read:packages; the same token can list.":
    "비밀번호는 read:packages 권한이 있는 개인 액세스 토큰입니다. 같은 토큰으로 목록도 조회할 수 있습니다.",
  "API token": "API 토큰",
  "A deploy token with read_registry pulls; listing needs an API token with read_api.":
    "pull은 read_registry 권한의 배포 토큰으로, 목록 조회는 read_api 권한의 API 토큰으로 합니다.",
  "User access key": "User Access Key",
  "of a member with read rights": "읽기 권한이 있는 멤버의 키",
  "Secret access key": "Secret Access Key",
  "renew it every 90 days": "90일마다 갱신하세요",
  "Without credentials the registry is read anonymously.": "자격 증명이 없으면 익명으로 읽습니다.",
  "Local container engine": "로컬 컨테이너 엔진",
  "Any OCI registry": "그 밖의 OCI 레지스트리",
  "The agent reads the engine's socket.": "에이전트가 엔진의 소켓을 읽습니다.",
};
