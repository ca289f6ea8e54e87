import type { Texts } from "../texts.ts";

/** What is said of a user name, and the rights that an account needs, by registry type. */
export const accountsTexts = {
  "account.standing.service": ["Account for machines.", "서비스용 계정입니다."],
  "account.standing.person": ["A person's account.", "개인 계정입니다."],
  "account.standing.refused": ["This account cannot be used.", "이 계정은 사용할 수 없습니다."],
  "account.artifactoryUser": [
    "It needs Read on the repositories. Behind single sign-on the password is refused: use an identity or access token.",
    "저장소에 Read 권한이 필요합니다. SSO 계정의 비밀번호는 거부되므로 identity token이나 access token을 쓰세요.",
  ],
  "account.harborRobot": [
    "The robot needs List and Pull Repository, List and Read Artifact and List Tag on each project.",
    "로봇 계정에 프로젝트별로 List Repository, Pull Repository, List Artifact, Read Artifact, List Tag 권한이 필요합니다.",
  ],
  "account.harborUser": [
    "A robot account (robot$name) is better. Who signs in by OIDC must give the CLI secret of the user profile: the password of single sign-on is refused.",
    "로봇 계정(robot$이름)을 권장합니다. OIDC로 로그인하는 사용자는 프로필의 CLI secret을 써야 하며, SSO 비밀번호는 거부됩니다.",
  ],
  "account.acrShort": [
    "A token of az acr login ends after three hours. Use a service principal with AcrPull, or a repository token.",
    "az acr login 토큰은 세 시간 뒤에 만료됩니다. AcrPull 역할의 서비스 주체나 저장소 토큰을 쓰세요.",
  ],
  "account.acrPrincipal": ["The service principal needs the role AcrPull.", "서비스 주체에 AcrPull 역할이 필요합니다."],
  "account.acrMail": [
    "The registry takes no password of a Microsoft Entra sign-in. Use a service principal with AcrPull, or a repository token.",
    "Microsoft Entra 로그인 비밀번호로는 접근할 수 없습니다. AcrPull 역할의 서비스 주체나 저장소 토큰을 쓰세요.",
  ],
  "account.acrToken": [
    "A repository token needs content/read and metadata/read. The registry's admin user may also push and delete: avoid it.",
    "저장소 토큰에는 content/read와 metadata/read가 필요합니다. 레지스트리 관리자 계정은 푸시와 삭제도 할 수 있으므로 피하세요.",
  ],
  "account.googleKey": [
    "The service account needs roles/artifactregistry.reader.",
    "서비스 계정에 roles/artifactregistry.reader 역할이 필요합니다.",
  ],
  "account.googleHour": [
    "An access token ends after an hour. Use _json_key with the key of a service account.",
    "액세스 토큰은 한 시간 뒤에 만료됩니다. _json_key와 서비스 계정 키를 쓰세요.",
  ],
  "account.googleOther": [
    "Google takes no password of a person. The user name is _json_key, the password the key of a service account.",
    "Google은 개인 비밀번호를 받지 않습니다. 사용자 이름은 _json_key, 비밀번호는 서비스 계정 키입니다.",
  ],
  "account.hubUser": [
    "Give it a personal access token with Read-only scope. With single sign-on the password is refused. An organisation's access token goes with the organisation's name.",
    "Read-only 범위의 개인 액세스 토큰을 쓰세요. SSO 계정의 비밀번호는 거부됩니다. 조직 액세스 토큰은 조직 이름과 함께 씁니다.",
  ],
  "account.quayRobot": [
    "The robot needs Read on each repository. A robot cannot list: for that, give an OAuth application token.",
    "로봇 계정에 저장소별 Read 권한이 필요합니다. 로봇은 목록을 조회할 수 없으므로 OAuth 애플리케이션 토큰을 함께 주세요.",
  ],
  "account.quayApp": [
    "The token needs View all visible repositories. It acts with the rights of who made it.",
    "토큰에 View all visible repositories 권한이 필요합니다. 토큰을 만든 사람의 권한으로 동작합니다.",
  ],
  "account.quayMail": [
    "Quay takes no e-mail address and no single sign-on login. Use a robot account (organisation+robot) with Read.",
    "Quay는 이메일 주소나 SSO 로그인을 받지 않습니다. Read 권한의 로봇 계정(조직+로봇)을 쓰세요.",
  ],
  "account.quayUser": [
    "A robot account (organisation+robot) with Read is better. Behind single sign-on only an encrypted password from the account settings is taken.",
    "Read 권한의 로봇 계정(조직+로봇)을 권장합니다. SSO를 쓰면 계정 설정에서 만든 암호화된 비밀번호만 사용할 수 있습니다.",
  ],
  "account.nexusUser": [
    "It needs nx-repository-view-docker-…-read and -browse. Behind single sign-on the password is refused: use a user token.",
    "nx-repository-view-docker-…-read와 -browse 권한이 필요합니다. SSO 계정의 비밀번호는 거부되므로 user token을 쓰세요.",
  ],
  "account.githubUser": [
    "The password must be a classic personal access token with read:packages. An organisation with single sign-on must have authorised it.",
    "비밀번호는 read:packages 권한의 classic 개인 액세스 토큰이어야 합니다. SSO를 쓰는 조직은 그 토큰을 승인해야 합니다.",
  ],
  "account.gitlabDeploy": [
    "The deploy token needs read_registry. It cannot list: for that, give an API token with read_api.",
    "배포 토큰에 read_registry 권한이 필요합니다. 목록은 조회할 수 없으므로 read_api 권한의 API 토큰을 함께 주세요.",
  ],
  "account.gitlabBot": [
    "The access token needs read_registry, and read_api to list.",
    "액세스 토큰에 read_registry 권한이, 목록 조회에는 read_api 권한이 필요합니다.",
  ],
  "account.gitlabJob": [
    "A job token ends with its job. Use a deploy token with read_registry.",
    "작업 토큰은 작업이 끝나면 만료됩니다. read_registry 권한의 배포 토큰을 쓰세요.",
  ],
  "account.gitlabUser": [
    "A deploy token with read_registry is better. With single sign-on or two factors the password is refused: use an access token.",
    "read_registry 권한의 배포 토큰을 권장합니다. SSO나 2단계 인증을 쓰면 비밀번호는 거부되므로 액세스 토큰을 쓰세요.",
  ],
  "account.ncrMail": [
    "The registry takes no sign-in of the NHN Cloud console. Use the User Access Key of a member with read rights.",
    "NHN Cloud 콘솔 로그인 정보는 사용할 수 없습니다. 읽기 권한이 있는 멤버의 User Access Key를 쓰세요.",
  ],
  "account.ncrKey": [
    "The key's member needs read rights. Renew the key every 90 days.",
    "키를 만든 멤버에게 읽기 권한이 필요합니다. 90일마다 키를 갱신하세요.",
  ],
  "account.ociAws": [
    "Amazon's password ends after twelve hours. Choose the type Amazon ECR, which renews it.",
    "Amazon의 비밀번호는 열두 시간 뒤에 만료됩니다. 비밀번호를 갱신해 주는 Amazon ECR 유형을 선택하세요.",
  ],
  "account.ociHarbor": [
    "This is a Harbor robot. With the type Harbor, repositories can be listed without an administrator.",
    "Harbor 로봇 계정입니다. Harbor 유형을 선택하면 관리자 권한 없이 저장소 목록을 볼 수 있습니다.",
  ],
  "account.ociGoogle": [
    "This is a Google service account. With the type Google Artifact Registry, repositories can be listed.",
    "Google 서비스 계정입니다. Google Artifact Registry 유형을 선택하면 저장소 목록을 볼 수 있습니다.",
  ],
  "account.ociUser": [
    "It needs pull on the repositories, and the catalog to list. Behind single sign-on, passwords are mostly refused: use a token.",
    "저장소 pull 권한이, 목록 조회에는 catalog 권한이 필요합니다. SSO 계정의 비밀번호는 대개 거부되므로 토큰을 쓰세요.",
  ],
  "right.artifactory-cr": ["Read on the repositories", "저장소의 Read"],
  "right.harbor-cr": [
    "List and Pull Repository, List and Read Artifact, List Tag on the project",
    "프로젝트의 List·Pull Repository, List·Read Artifact, List Tag",
  ],
  "right.acr": [
    "AcrPull, or content/read and metadata/read of a repository token",
    "AcrPull 역할, 또는 저장소 토큰의 content/read와 metadata/read",
  ],
  "right.gcr": ["roles/artifactregistry.reader on the project", "프로젝트의 roles/artifactregistry.reader"],
  "right.google-artifact-cr": [
    "roles/artifactregistry.reader on the project",
    "프로젝트의 roles/artifactregistry.reader",
  ],
  "right.ecr": [
    "ecr:DescribeRepositories, DescribeImages, BatchGetImage and GetDownloadUrlForLayer of the role",
    "역할의 ecr:DescribeRepositories, DescribeImages, BatchGetImage, GetDownloadUrlForLayer",
  ],
  "right.docker-hub": ["Read-only scope of the access token", "액세스 토큰의 Read-only 범위"],
  "right.quay-cr": [
    "Read on the repositories; to list, an OAuth token with View all visible repositories",
    "저장소의 Read, 목록 조회에는 View all visible repositories 권한의 OAuth 토큰",
  ],
  "right.nexus-cr": [
    "nx-repository-view-docker-…-read and -browse of the repository",
    "저장소의 nx-repository-view-docker-…-read와 -browse",
  ],
  "right.github-cr": [
    "read:packages of a classic token, authorised for single sign-on",
    "classic 토큰의 read:packages와 SSO 승인",
  ],
  "right.digitalocean-cr": ["read access of the token to the registry", "토큰의 레지스트리 읽기 권한"],
  "right.gitlab-cr": ["read_registry to pull, read_api to list", "pull에는 read_registry, 목록 조회에는 read_api"],
  "right.ncr": ["read rights of the key's member", "키를 만든 멤버의 읽기 권한"],
  "right.oci": ["pull on the repositories, and the catalog to list", "저장소의 pull, 목록 조회에는 catalog 권한"],
  "right.docker-daemon": ["use of the engine's socket", "엔진 소켓 사용 권한"],
  "right.missing": ["What may be missing: {right}.", "부족할 수 있는 권한: {right}"],
} as const satisfies Texts;
