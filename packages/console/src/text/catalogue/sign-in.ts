import type { Texts } from "../texts.ts";

export const signInTexts = {
  "signIn.title": ["Sign in", "로그인"],
  "signIn.lead": ["Container images, seen from inside your network.", "내부망에서 점검하는 컨테이너 이미지"],
  "signIn.name": ["Name", "이름"],
  "signIn.password": ["Password", "비밀번호"],
  "signIn.oidc": ["Continue with {name}", "{name}(으)로 계속"],
  "signIn.notSetUp": [
    "Nobody has an account here yet. Open the one-time link that the server printed when it started.",
    "아직 계정이 없습니다. 서버가 시작할 때 출력한 일회용 링크를 여세요.",
  ],
  "signIn.out": ["Sign out", "로그아웃"],
  "start.title": ["Welcome aboard", "환영합니다"],
  "start.lead": [
    "This one-time link makes your account. Choose a name and a password.",
    "일회용 링크로 계정을 만듭니다. 이름과 비밀번호를 정하세요.",
  ],
  "start.noToken": [
    "This address lacks the secret of a one-time link. Copy the whole line that the server printed.",
    "주소에 일회용 링크의 토큰이 없습니다. 서버가 출력한 줄 전체를 복사하세요.",
  ],
  "start.password.hint": ["At least 12 characters.", "12자 이상이어야 합니다."],
  "start.repeat": ["Password again", "비밀번호 확인"],
  "start.mismatch": ["The two passwords differ.", "비밀번호가 서로 다릅니다."],
  "start.create": ["Make the account", "계정 만들기"],
} as const satisfies Texts;
