@echo off
rem Double-click to start the map: makes .venv, installs when requirements.lock has changed, opens the browser.
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set PORT=8501
set ADDRESS=http://127.0.0.1:%PORT%

where py >nul 2>nul
if errorlevel 1 goto no_python
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))"
if errorlevel 1 goto no_python

if not exist .venv\Scripts\python.exe (
  echo Đang tạo môi trường chạy…
  py -3 -m venv --clear .venv
  if errorlevel 1 goto failed
)

fc /b requirements.lock .venv\installed.lock >nul 2>nul
if errorlevel 1 (
  echo Đang cài thư viện, lần đầu mất vài phút và cần mạng…
  .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --prefer-binary -r requirements.lock
  if errorlevel 1 goto failed
  copy /y requirements.lock .venv\installed.lock >nul
)

echo Bản đồ mở tại %ADDRESS% — đóng cửa sổ này để dừng.
start "" /min cmd /c "curl --silent --output nul --retry 60 --retry-delay 1 --retry-connrefused %ADDRESS%/_stcore/health && explorer %ADDRESS%"
.venv\Scripts\python -m streamlit run app.py --server.port %PORT%
if errorlevel 1 goto stopped
exit /b 0

:no_python
echo Cần Python 3.11 trở lên. Cài Python (có kèm "py launcher"), rồi mở lại tệp này.
pause
exit /b 1

:failed
echo Chưa cài xong: xem lỗi ở trên, kiểm tra mạng, rồi mở lại tệp này.
pause
exit /b 1

:stopped
echo Bản đồ đã dừng. Nếu cổng %PORT% đang bận thì có lẽ bản đồ đang mở sẵn ở cửa sổ khác.
pause
exit /b 1
